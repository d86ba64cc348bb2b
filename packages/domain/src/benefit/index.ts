/** The benefits: decisions for ride, clinic and site, one shape for all. */
export * from './clinic.ts';
export {
  DECISION_CODES,
  type Decision,
  type DecisionCode,
  type Remedy,
  type ShownBy,
  unknownVenue,
} from './decision.ts';
export * from './ride.ts';
export * from './site.ts';

/** The programme: a city's promise as dated values, and which of them holds on a day. */
export * from './in-force.ts';
export * from './programme.ts';
export * from './reason-text.ts';
export * from './serial.ts';
export * from './venue.ts';

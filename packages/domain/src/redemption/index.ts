/** Redemption: what a gate writes down, and what a use is worth once it has happened. */
export * from './clone.ts';
export * from './gate-record.ts';
export * from './trip.ts';
export * from './trip-pairs.ts';

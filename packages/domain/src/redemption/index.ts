/** Redemption: what a use is worth once it has happened. */
export * from './trip.ts';

/** Donations: what was given, how it counts, and when the next may follow. */
export * from './counts.ts';
export * from './donation.ts';
export * from './next-eligible.ts';

/** The card: its state on a day, what happens to it, and the periods of its passes. */
export * from './certificate.ts';
export * from './freeze.ts';
export * from './loss.ts';
export * from './passes.ts';
export * from './state.ts';

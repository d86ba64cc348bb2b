/** Standing: the pure fold of a donor's donations on a day. */
export * from './because.ts';
export * from './entitlement.ts';
export * from './proven.ts';
export * from './proven.ts';
export * from './standing.ts';

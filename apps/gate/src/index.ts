/**
 * The gate's core: verifies offline, writes down, then opens. Clock, randomness, disk, network,
 * the station's other gates and cryptography are arguments.
 */
export * from './clock.ts';
export * from './disk.ts';
export * from './server-seam.ts';
export { SPOOL_LIMITS, type SpoolStatus } from './spool/spool.ts';
export type { SpoolLimits } from './spool/writer.ts';
export * from './station-seam.ts';

/**
 * The gate's core: verifies offline, writes down, then opens. Clock, randomness, disk, network,
 * the station's other gates and cryptography are arguments.
 */
export type { GateAnswer, Unrecorded } from './answer.ts';
export * from './clock.ts';
export * from './disk.ts';
export * from './gate.ts';
export type { Admission, Confirm, Shown } from './scan.ts';
export * from './server-seam.ts';
export { SPOOL_LIMITS, type SpoolStatus } from './spool/spool.ts';
export type { SpoolLimits } from './spool/writer.ts';
export * from './station-seam.ts';
export type { GateStatus, ListAge } from './status.ts';
export type { SyncTurn } from './sync.ts';

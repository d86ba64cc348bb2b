/** The audit log, for the other nouns. */
export { appendCheckpoint, createLogTurn } from './checkpoint.ts';
export { exportLog } from './export.ts';
export { sequenceLeaves } from './sequence.ts';
export { insertLeaf } from './store.ts';
export { type LogReport, verifyAudit } from './verify.ts';

/** The audit log, for the other nouns. */
export { appendCheckpoint, createLogTurn, logKeyOf } from './checkpoint.ts';
export { exportLog } from './export.ts';
export { treeHead } from './head.ts';
export { digestOfHashes } from './judge-log.ts';
export { type LogKey, publicLogKey, readLogKey } from './log-key.ts';
export { openRecordedLog } from './recorded-store.ts';
export { sequenceLeaves } from './sequence.ts';
export { insertLeaf } from './store.ts';
export { type LogReport, verifyAudit, verifyLog } from './verify.ts';

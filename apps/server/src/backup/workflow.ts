/** Backups, for the command line. */
export { copyKeys, placeKeys } from './key-copy.ts';
export { makeBackup } from './make.ts';
export { BadBackup, type Manifest } from './manifest.ts';
export { type Restored, restoreBackup, verifyBackup } from './restore.ts';

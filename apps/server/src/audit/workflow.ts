/** The audit log, for the other nouns. */
export { insertLeaf } from './store.ts';

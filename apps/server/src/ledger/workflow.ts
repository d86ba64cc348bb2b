/** The ledger, for the other nouns. */
export { loadLedger, loadPostings } from './store.ts';

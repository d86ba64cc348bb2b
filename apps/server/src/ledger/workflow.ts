/** The ledger, for the other nouns. */
export { loadLedger, loadMonth, loadPostings } from './store.ts';

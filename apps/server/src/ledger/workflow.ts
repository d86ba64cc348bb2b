/** The ledger, for the other nouns. */
export { loadLedger, loadMonth, loadPostings, loadPostingsOfUses } from './store.ts';

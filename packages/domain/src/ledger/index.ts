/** The ledger: postings between accounts, append-only. */
export * from './posting.ts';

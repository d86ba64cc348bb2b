/** Settlement: the partner's statement of a month, folded from the ledger. */
export * from './statement.ts';

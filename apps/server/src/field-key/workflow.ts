/** The key of the personal fields, for the command line. */
export type { SealedCount } from './store.ts';
export { countFields, NotToRetire, retireFieldKey, type Turned, turnFieldKey } from './turn.ts';

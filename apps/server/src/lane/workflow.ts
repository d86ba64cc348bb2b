/** Staffed lanes, for the other nouns: who was let in there by hand. */
export { openPerson } from './sealed-person.ts';

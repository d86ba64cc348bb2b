/** Donors, for the other nouns: found by document, recorded with an import. */
export {
  AmbiguousDocument,
  documentHash,
  findDocuments,
  findDonorByDocument,
  getPerson,
  hasDonors,
  insertDonors,
  lockDonors,
  personHash,
} from './store.ts';

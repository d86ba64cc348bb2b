/** Donors, for the other nouns: found by document, recorded with an import. */
export {
  documentHash,
  findDocuments,
  findDonorByDocument,
  getPerson,
  hasDonors,
  insertDonors,
  personHash,
} from './store.ts';

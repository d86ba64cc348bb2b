/** Donations, for the other nouns. */
export { loadImportReverts } from './revert-store.ts';
export { loadDonations, loadDonorPage, loadPersonDonations } from './store.ts';

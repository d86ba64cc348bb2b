/** Donations, for the other nouns. */
export { loadImportReverts } from './revert-store.ts';
export { findBrought, loadDonations, loadDonorPage, loadPersonDonations } from './store.ts';

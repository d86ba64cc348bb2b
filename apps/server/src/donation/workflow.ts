/** Donations, for the other nouns. */
export { loadDonations, loadDonorPage } from './store.ts';

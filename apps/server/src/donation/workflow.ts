/** Donations, for the other nouns. */
export { loadDonations, loadDonorPage, loadPersonDonations } from './store.ts';

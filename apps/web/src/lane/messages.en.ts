/** The lane's texts in English. */
import type { Messages } from './messages.zh.ts';

const lasting = (seconds: number): string =>
  seconds < 90
    ? `${seconds} s`
    : seconds < 5400
      ? `${Math.round(seconds / 60)} min`
      : `${Math.round(seconds / 3600)} h`;

export const en: Messages = {
  title: 'Staffed lane',
  brand: 'Liyu',
  elder: 'Large print',
  skip: 'Skip to the field',
  starting: 'Starting',
  elsewhere: {
    title: 'The lane is open in another window',
    hint: 'A device has one window. Close the other one and this one goes on by itself.',
  },
  broken: {
    title: 'This device cannot keep records',
    hint: 'The browser does not let it, or there is no room. Use a normal window, not a private one; if that does not help, call the operator.',
  },
  setUp: {
    title: 'Enrol this lane',
    hint: 'The operator hands out the device number and a secret that is good once, for 24 hours.',
    gateId: 'Device number',
    secret: 'One-time secret',
    submit: 'Enrol',
    refused: 'Not enrolled. The number or secret is wrong, used or over; ask for another secret.',
    fault: 'The server is not reached. Enrolling needs a network; try again later.',
  },
  signIn: {
    title: 'Sign in',
    locked: 'Locked',
    name: 'Name',
    password: 'Password',
    submit: 'Sign in',
    unlock: 'Unlock',
    offlineHint:
      'There is no network: who has signed in on this device within three days unlocks it by the same password.',
    refused: {
      wrong_password: 'Wrong name or password.',
      too_many_tries: 'Too many tries. Try again in a few minutes.',
      other_partner: 'This login is no clerk of the partner whose lane this is.',
      unknown_here:
        'There is no network, and this login has not been used here within three days. Sign in with a network.',
      fault: 'The server did not take it. Try again later.',
    },
  },
  bar: { signOut: 'Sign out', lock: 'Lock' },
  input: {
    label: 'Scan, or type a document or card number',
    hint: 'A scanner works at any time, wherever the cursor is',
    submit: 'Look up',
    tooShort: 'Too short: type the whole document number, or the 12 digits of a card.',
  },
  waiting: 'Scan a code or type a document',
  waitingHint: 'A code on a phone, a printed card, a card number or a document: all work.',
  working: 'Checking',
  word: {
    open: { ride: 'Let in', site: 'Let in', clinic: 'To the desk' },
    closed: 'Do not let in',
    ask: 'May pass',
    unknown: 'See the document',
    admitted: 'Admitted',
    fault: 'Not recorded',
  },
  pressToAdmit: 'Check the document, then press Enter to admit',
  unknownHint:
    'No network, so nothing can be looked up. See the card or certificate and the identity document, then press Enter to admit by hand. The number is kept sealed and checked later.',
  noSealingKey:
    'This device has never been online, so it cannot seal a document, and nobody can be admitted by one. Connect it first.',
  faultHint:
    'It was not written down on this device, so nobody was let in. Try once more; if that fails, note it on paper and call the operator.',
  signedOut: 'The session is over, so names are not shown. Lock, and sign in again.',
  tooMany: 'Too many look-ups; the server does not answer for now. Please wait.',
  needsDesk: 'Hospitals use the desk page: this one does not ask for the fee.',
  staffHelp: 'You may look at a document or card number: type it, press Enter, and admit by hand.',
  noHelp: 'Not to be admitted by hand. Send the donor to a counter, or give the telephone number.',
  windowOver:
    'The lists are too old to let anybody in by a code. Admit by document and by hand, and bring the network back.',
  card: {
    annual: 'Annual card',
    honour: 'Honour card',
    through: (day: string) => `valid through ${day}`,
    forLife: 'for life',
    ended: (day: string) => `ended on ${day}`,
  },
  sealed: 'document sealed',
  offlineMark: 'No network: kept on this device, uploaded later.',
  reason: {
    label: 'Reason (up and down keys)',
    choices: {
      no_phone: 'No phone with them',
      no_power: 'Phone without power',
      unreadable: 'Code cannot be read',
      needs_help: 'Needs help with it',
    },
  },
  keys: {
    admit: 'Admit',
    clear: 'Clear',
    slip: 'Print slip',
    direction: 'Direction',
    camera: 'Camera',
    lock: 'Lock',
  },
  direction: { in: 'Going in', out: 'Going out', label: 'Direction' },
  camera: { hint: 'Hold the code to the camera.', denied: 'No camera: use a scanner, or type.' },
  status: {
    online: 'Online',
    offline: 'No network',
    lists: (age: number) => `Lists ${lasting(age)} old`,
    noLists: 'No lists yet',
    waiting: (count: number) => `${count} to upload`,
    synced: (age: number) => `Uploaded ${lasting(age)} ago`,
    neverSynced: 'Not uploaded yet',
    revoked: 'This lane has been shut out. Call the operator; what is kept will still be uploaded.',
    full: 'No room left: nothing more can be recorded. Bring the network back soon.',
  },
  slip: {
    title: 'Slip',
    venue: 'Place',
    at: 'Time',
    outcome: 'Outcome',
    number: 'Record',
    clerk: 'Clerk',
    reason: 'Reason',
    call: (number: string) => `Telephone ${number}`,
    thanks: 'Thank you for giving blood.',
    sample: 'Sample data',
  },
};

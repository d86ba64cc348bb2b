/**
 * Who a file has named so far, so that the database is asked once for a donor and not once for each
 * of the donor's rows. It remembers so many and no more: of more some are forgotten, and asked for
 * again.
 */
import type { Person } from './store.ts';

/** What names a person in all of a file's rows; in 32-bit words. A longer one is not remembered. */
const NAMED_WORDS = 16;
const NAMED_BYTES = 4 * NAMED_WORDS;
/** A person has a place on one shelf, which the name decides. */
const PLACES_A_SHELF = 8;
const MOST_SHELVES = 32_768;

/** Remembers donors by document, name and day of birth. */
export class DonorMemory {
  readonly #donorIds: (string | undefined)[];
  readonly #shelves: number;
  /** What names the donor of each place, filled up with zeros. */
  readonly #words: Int32Array;
  readonly #asked = new Int32Array(NAMED_WORDS);
  readonly #askedBytes = Buffer.from(this.#asked.buffer);
  /** Where the next one stands whose shelf is full. */
  #next = 0;

  /** For about so many donors. */
  constructor(donors: number) {
    const shelves = 2 ** Math.ceil(Math.log2(1 + (2 * donors) / PLACES_A_SHELF));
    this.#shelves = Math.min(shelves, MOST_SHELVES);
    const places = this.#shelves * PLACES_A_SHELF;
    this.#words = new Int32Array(places * NAMED_WORDS);
    this.#donorIds = Array(places).fill(undefined);
  }

  /** The donor's id, or `undefined` for who is not remembered. */
  find(person: Person): string | undefined {
    const shelf = this.#ask(person);
    if (shelf === undefined) return undefined;
    for (let place = shelf; place < shelf + PLACES_A_SHELF; place += 1) {
      if (this.#isAskedFor(place)) return this.#donorIds[place];
    }
    return undefined;
  }

  /** Remembers whom the document belongs to, who was recorded with this name and day of birth. */
  keep(person: Person, donorId: string): void {
    const shelf = this.#ask(person);
    if (shelf === undefined || this.find(person) !== undefined) return;
    let place = shelf;
    while (place < shelf + PLACES_A_SHELF && this.#donorIds[place] !== undefined) place += 1;
    if (place === shelf + PLACES_A_SHELF) {
      this.#next = (this.#next + 1) % PLACES_A_SHELF;
      place = shelf + this.#next;
    }
    this.#words.set(this.#asked, place * NAMED_WORDS);
    this.#donorIds[place] = donorId;
  }

  /** The first place of the person's shelf; `undefined` when too much names the person. */
  #ask({ documentType, documentNumber, name, bornOn }: Person): number | undefined {
    const named = `${documentType}\0${documentNumber}\0${name}\0${bornOn}`;
    if (3 * named.length > NAMED_BYTES && Buffer.byteLength(named) > NAMED_BYTES) return undefined;
    this.#asked.fill(0);
    this.#askedBytes.write(named);
    let hash = 0;
    for (let word = 0; word < NAMED_WORDS; word += 1) {
      hash = Math.imul(hash ^ (this.#asked[word] ?? 0), 0x9e3779b1);
      hash ^= hash >>> 15;
    }
    return ((hash >>> 0) % this.#shelves) * PLACES_A_SHELF;
  }

  #isAskedFor(place: number): boolean {
    const from = place * NAMED_WORDS;
    for (let word = 0; word < NAMED_WORDS; word += 1) {
      if (this.#words[from + word] !== this.#asked[word]) return false;
    }
    return true;
  }
}

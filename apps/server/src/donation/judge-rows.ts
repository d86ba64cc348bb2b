/** What is to become of the rows of a file, by what is known before them. */
import type { Core } from '../core.ts';
import type { KnownDocument, NewDonor } from '../donor/workflow.ts';
import type { DonationRow } from './parse-row.ts';

/** A row with the hash by which its facts are compared, in hexadecimal. */
export interface KeyedRow {
  readonly row: DonationRow;
  readonly facts: string;
}

/** The row with its hash. */
export function keyRow(core: Core, row: DonationRow): KeyedRow {
  return { row, facts: factsOf(core, row) };
}

/** Who gave: the donor's id, or the hashes of document and person, and whose document it is known to be. */
export type Named =
  | string
  | {
      readonly document: string;
      readonly person: string;
      readonly known: KnownDocument | undefined;
    };

/** A row that is taken, and whose it is. */
interface Owned {
  readonly keyed: KeyedRow;
  readonly donorId: string;
  readonly isRemembered: boolean;
}

/** What is to become of the rows of a batch, by what is known. */
export interface Outcome {
  readonly accepted: readonly Owned[];
  /** Who is named by a document that nobody was known by. */
  readonly newPeople: readonly NewDonor[];
  readonly unchanged: number;
  readonly conflicting: readonly DonationRow[];
  readonly differing: readonly DonationRow[];
}

/**
 * Judges the rows in their order, each with who is named in it. A number counts as seen once its
 * owner is accepted.
 */
export function judge(
  core: Core,
  rows: readonly KeyedRow[],
  known: ReadonlyMap<string, { readonly factsHash: string }>,
  named: readonly Named[],
): Outcome {
  const accepted: Owned[] = [];
  const newPeople = new Map<string, NewDonor>();
  const conflicting: DonationRow[] = [];
  const differing: DonationRow[] = [];
  const inFile = new Map<string, string>();
  let unchanged = 0;
  for (const [at, keyed] of rows.entries()) {
    const { row, facts } = keyed;
    const before = known.get(row.number)?.factsHash ?? inFile.get(row.number);
    if (before === facts) unchanged += 1;
    else if (before !== undefined) {
      if (before === factsBefore(core, keyed)) unchanged += 1;
      else conflicting.push(row);
    } else {
      const donorId = ownerOf(core, row, named[at], newPeople);
      if (donorId === undefined) differing.push(row);
      else {
        inFile.set(row.number, facts);
        accepted.push({ keyed, donorId, isRemembered: donorId === named[at] });
      }
    }
  }
  return { accepted, newPeople: [...newPeople.values()], unchanged, conflicting, differing };
}

/** Whose row it is; `undefined` when the document was recorded with another person. */
function ownerOf(
  core: Core,
  row: DonationRow,
  named: Named | undefined,
  newPeople: Map<string, NewDonor>,
): string | undefined {
  if (named === undefined) throw new Error('invariant broken: every row names somebody');
  if (typeof named === 'string') return named;
  const { document, person, known } = named;
  if (known !== undefined) return known.personHash === person ? known.donorId : undefined;
  const before = newPeople.get(document);
  if (before !== undefined) return before.known.person === person ? before.donorId : undefined;
  const donorId = core.newId();
  const added = { donorId, documentId: core.newId(), person: row, known: { document, person } };
  newPeople.set(document, added);
  return donorId;
}

/**
 * The facts as they were hashed before the programme knew that this writing of the city is its own:
 * the text of the file is the same, only its reading is not.
 */
function factsBefore(core: Core, { row, facts }: KeyedRow): string {
  if (!row.inCity || row.city === '') return facts;
  return factsOf(core, row, row.city);
}

/** A keyed hash of everything that makes a donation the same; the telephone is not part of it. */
function factsOf(core: Core, row: DonationRow, city: string = row.inCity ? '' : row.city): string {
  const facts = [
    row.documentType,
    row.documentNumber,
    row.name,
    row.bornOn,
    row.donatedOn,
    row.kind,
    row.amount,
    city,
    row.site ?? '',
  ];
  return core.cipher.blindIndexHex('donation', JSON.stringify(facts));
}

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyHistory, blood, civil, counts, dayFrom, gift } from '../../test/donations.ts';
import { dated, programme } from '../../test/programme.ts';
import type { Donation, DonationNumber } from '../donation/index.ts';
import type { CivilDate } from '../kernel/index.ts';
import type { CardKind, ClauseId, Level, Programme, Site } from '../programme/index.ts';
import { standingOf } from '../standing/index.ts';
import {
  DECISION_CODES,
  type Decision,
  decideClinic,
  decideRide,
  decideSite,
  type ShownBy,
} from './index.ts';

/** A question on one benefit, without the donor. */
type Question = { readonly shownBy: ShownBy } & (
  | { readonly line: string }
  | { readonly hospital: string; readonly level: Level; readonly own: number }
  | { readonly site: string; readonly entriesToday: number }
);

const FEE = 2000;
const CODES: readonly string[] = DECISION_CODES;

function ask(
  question: Question,
  donations: readonly Donation[],
  on: CivilDate,
  by: Programme = programme,
): Decision {
  const standing = standingOf(donations, by, on);
  if ('line' in question) return decideRide({ ...question, standing }, by, on);
  if ('site' in question) return decideSite({ ...question, standing }, by, on);
  const insuredFen = FEE - question.own;
  return decideClinic({ ...question, standing, feeFen: FEE, insuredFen }, by, on);
}

const NONE: Donation[] = [];
const ENDED = [blood('2025-02-01', 400)];
const ANNUAL = [blood('2026-03-01', 400)];
const HONOUR = [counts('2020-03-01', 80)];

/** Not one reason only to refuse, but several: the first in the order of the codes is answered. */
type Row = readonly [string, Question, Donation[], string];

const code = 'code';
const staff = 'staff';
const RIDES: readonly Row[] = [
  ['unknown_venue', { line: 'metro-9', shownBy: code }, NONE, '2025-01-31'],
  ['not_in_force', { line: 'bus-tourist', shownBy: staff }, NONE, '2025-01-31'],
  ['not_in_force', { line: 'bus-tourist', shownBy: code }, NONE, '2026-06-08'],
  ['line_excluded', { line: 'bus-tourist', shownBy: staff }, NONE, '2026-06-08'],
  ['line_excluded', { line: 'bus-tourist', shownBy: code }, ENDED, '2026-06-09'],
  ['no_card', { line: 'bus-regular', shownBy: code }, NONE, '2026-06-09'],
  ['card_ended', { line: 'metro-1', shownBy: code }, ENDED, '2026-06-09'],
  ['granted', { line: 'metro-1', shownBy: code }, ANNUAL, '2026-06-09'],
];

/** H01 waives renowned experts for the honour card only; own 0: insurance has paid all. */
const clinic = (
  hospital: string,
  level: Level,
  own: number,
  shownBy: ShownBy = code,
): Question => ({
  hospital,
  level,
  own,
  shownBy,
});
const CLINICS: readonly Row[] = [
  ['unknown_venue', clinic('H99', 'renowned_expert', 0), NONE, '2025-01-31'],
  ['not_in_force', clinic('H01', 'renowned_expert', 0, staff), NONE, '2025-01-31'],
  ['not_in_force', clinic('H01', 'renowned_expert', 0), NONE, '2026-06-08'],
  ['no_card', clinic('H01', 'renowned_expert', 0), NONE, '2026-06-09'],
  ['card_ended', clinic('H01', 'renowned_expert', 0), ENDED, '2026-06-09'],
  ['level_not_covered', clinic('H01', 'renowned_expert', 0), ANNUAL, '2026-06-09'],
  ['nothing_to_waive', clinic('H01', 'general', 0), ANNUAL, '2026-06-09'],
  ['granted', clinic('H01', 'general', 1), ANNUAL, '2026-06-09'],
];

const entry = (site: string, entriesToday: number, shownBy: ShownBy = code): Question => ({
  site,
  entriesToday,
  shownBy,
});
const GARDEN = 'botanical-garden';
const SITES: readonly Row[] = [
  ['unknown_venue', entry('great-wall', 1), NONE, '2025-01-31'],
  ['not_in_force', entry(GARDEN, 1, staff), NONE, '2025-01-31'],
  ['not_in_force', entry('zoo', 1), NONE, '2026-06-08'],
  ['not_in_force', entry(GARDEN, 1, staff), ANNUAL, '2026-06-08'],
  ['no_card', entry(GARDEN, 1), NONE, '2026-06-09'],
  ['card_ended', entry(GARDEN, 1), ENDED, '2026-06-09'],
  ['honour_only', entry(GARDEN, 1), ANNUAL, '2026-06-09'],
  ['already_today', entry(GARDEN, 1), HONOUR, '2026-06-09'],
  ['already_today', entry('zoo', 1), ANNUAL, '2026-06-09'],
  ['granted', entry('zoo', 0), ANNUAL, '2026-06-09'],
];

const ROWS = [...RIDES, ...CLINICS, ...SITES].map(([expected, question, donations, on]) => ({
  expected,
  question,
  donations,
  on,
}));

test.each(ROWS)('first $expected: $question on $on', ({ expected, question, donations, on }) => {
  expect(ask(question, donations, civil(on)).code).toBe(expected);
});

test.each([
  ['rides', RIDES],
  ['clinics', CLINICS],
  ['sites', SITES],
])('%s: the rows stand in the order of the codes', (_, rows) => {
  const places = rows.map(([expected]) => CODES.indexOf(expected));
  expect(places).toEqual([...places].sort((a, b) => a - b));
});

test('before the first version there is none to name, whatever the reason', () => {
  for (const { question, donations, on } of ROWS) {
    const { version } = ask(question, donations, civil(on));
    expect(version).toBe(on < '2025-02-01' ? '' : on < '2026-06-09' ? '2025-02-01' : '2026-06-09');
  }
});

test('amounts of rides and sites: the fare or ticket is waived whole, or to pay whole', () => {
  const amounts = (question: Question, donations: readonly Donation[]) => {
    const { waivedFen, toPayFen } = ask(question, donations, civil('2026-06-09'));
    return [waivedFen, toPayFen];
  };
  expect(amounts({ line: 'bus-regular', shownBy: code }, ANNUAL)).toEqual([200, 0]);
  expect(amounts({ line: 'bus-regular', shownBy: code }, ENDED)).toEqual([0, 200]);
  expect(amounts({ line: 'metro-1', shownBy: code }, ANNUAL)).toEqual([0, 0]);
  expect(amounts({ line: 'metro-1', shownBy: code }, ENDED)).toEqual([0, null]);
  expect(amounts({ line: 'bus-tourist', shownBy: code }, ANNUAL)).toEqual([0, null]);
  expect(amounts(entry('zoo', 0), ANNUAL)).toEqual([1000, 0]);
  expect(amounts(entry('zoo', 1), ANNUAL)).toEqual([0, 1000]);
  const isPrivate = [...programme.sites.values()].find(({ settled }) => !settled)?.id ?? '';
  expect(amounts(entry(isPrivate, 0), ANNUAL)).toEqual([0, 0]);
  expect(amounts(entry(isPrivate, 1), ANNUAL)).toEqual([0, null]);
});

test('a site that has left is not in force, and there is no day to come on', () => {
  const zoo = programme.sites.get('zoo');
  if (zoo === undefined) throw new Error('the zoo is a site');
  const cards = [dated<readonly CardKind[]>('2025-02-01', '2026-12-31', ['annual', 'honour'])];
  const left: Site = { ...zoo, cards };
  const by = { ...programme, sites: new Map([['zoo', left]]) };
  expect(ask(entry('zoo', 0), ANNUAL, civil('2026-12-31'), by).code).toBe('granted');
  expect(ask(entry('zoo', 0), ANNUAL, civil('2027-01-01'), by)).toMatchObject({
    code: 'not_in_force',
    wouldChange: null,
  });
});

const anyShown = fc.constantFrom<ShownBy>(code, staff);
const anyQuestion: fc.Arbitrary<Question> = fc.oneof(
  fc.record({ line: fc.constantFrom('metro-9', ...programme.lines.keys()), shownBy: anyShown }),
  fc.record({
    hospital: fc.constantFrom('H99', ...programme.hospitals.keys()),
    level: fc.constantFrom<Level>('general', 'associate_chief', 'chief', 'renowned_expert'),
    own: fc.nat(FEE),
    shownBy: anyShown,
  }),
  fc.record({
    site: fc.constantFrom('great-wall', ...programme.sites.keys()),
    entriesToday: fc.nat(1),
    shownBy: anyShown,
  }),
);
const anyDonor = fc.oneof(anyHistory({ most: 4 }), anyHistory({ most: 30 }));
const anyDay = fc.oneof(dayFrom('2025-01-25', '2025-02-05'), dayFrom('2026-06-01', '2030-12-31'));

test('explained: what is granted names the gifts it rests on, and every clause exists', () => {
  fc.assert(
    fc.property(anyQuestion, anyDonor, anyDay, (question, donations, on) => {
      const decision = ask(question, donations, on);
      const { evidence, because, rule, granted, waivedFen, toPayFen } = decision;
      expect(granted).toBe(decision.code === 'granted');
      expect(because[0]?.clause).toBe(rule);
      for (const { clause } of because)
        expect(programme.clauses.has(clause as ClauseId)).toBe(true);
      const known = new Set(donations.map(({ number }) => number));
      expect(evidence.every((number) => known.has(number))).toBe(true);
      if (granted) {
        expect(evidence.length).toBeGreaterThan(0);
        expect(because.some(({ donation }) => donation !== undefined)).toBe(true);
        expect(decision.wouldChange).toBeNull();
      } else {
        expect(waivedFen).toBe(0);
      }
      for (const fen of [waivedFen, toPayFen]) expect(fen === null || fen >= 0).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

test('pure: the same facts give the same bytes, whatever was asked in between', () => {
  fc.assert(
    fc.property(anyQuestion, anyQuestion, anyDonor, anyDay, anyDay, (one, two, donor, on, then) => {
      const bytes = JSON.stringify(ask(one, donor, on));
      ask(two, donor, then);
      ask(two, [], on);
      ask(one, donor, then);
      expect(JSON.stringify(ask(one, donor, on))).toBe(bytes);
    }),
    { numRuns: 500 },
  );
});

/** The facts after the donor did what a decision says would change it. */
function follow(
  remedy: NonNullable<Decision['wouldChange']>,
  question: Question,
  donations: readonly Donation[],
  on: CivilDate,
): [Question, readonly Donation[], CivilDate] {
  const number = `Z${donations.length}` as DonationNumber;
  if (remedy.kind === 'give_blood') {
    return [question, [...donations, { ...blood(on), number }], on];
  }
  if (remedy.kind === 'reach_honour') {
    // Thousandths of a count are fifths of a millilitre.
    const given = gift(on, 'whole_blood', remedy.missing / 5);
    return [question, [...donations, { ...given, number }], on];
  }
  const isLater = remedy.day > on;
  const later = isLater && 'entriesToday' in question ? { ...question, entriesToday: 0 } : question;
  return [later, donations, remedy.day];
}

test('what would change it does: whoever follows it is let in, or is told that nothing would', () => {
  fc.assert(
    fc.property(anyQuestion, anyDonor, anyDay, (question, donations, on) => {
      let facts: [Question, readonly Donation[], CivilDate] = [question, donations, on];
      const answered: string[] = [];
      for (let steps = 0; steps < 6; steps += 1) {
        const { code: answer, wouldChange } = ask(...facts);
        answered.push(answer);
        if (wouldChange === null) break;
        facts = follow(wouldChange, ...facts);
      }
      const final = [
        'granted',
        'unknown_venue',
        'line_excluded',
        'level_not_covered',
        'nothing_to_waive',
      ];
      expect(final).toContain(answered.at(-1));
      expect(answered.length).toBeLessThan(6);
    }),
    { numRuns: 2000 },
  );
});

/**
 * What a decision costs with its reason, evidence and remedy: on a standing that is folded already,
 * and from the donations. Against a bare closure that answers the same questions from the same
 * tables and the same folded card, and says nothing but no, or yes and how many fen.
 */
import { fileURLToPath } from 'node:url';
import type { ClinicFacts, Decision, RideFacts, SiteFacts } from '@liyu/domain/benefit';
import { decideClinic, decideRide, decideSite } from '@liyu/domain/benefit';
import type { Donation, DonationNumber } from '@liyu/domain/donation';
import { addDays, type CivilDate } from '@liyu/domain/kernel';
import type { Dated, DonationKind, Level, Programme } from '@liyu/domain/programme';
import { findOn, waiverKey } from '@liyu/domain/programme';
import type { ProvenStanding, Standing } from '@liyu/domain/standing';
import { standingOf } from '@liyu/domain/standing';
import { loadProgramme } from '../../apps/server/src/programme/loader.ts';
import type { Figures, Measured, Side } from './measure.ts';
import { measureSides } from './measure.ts';

const DAY = '2026-11-23' as CivilDate;
const DONORS = 600;
/** Short and many: what else the machine does then falls on few of them. */
const ROUNDS = { warmUp: 40, counted: 201 };
/** How often a round asks all questions, where an answer is too short to be timed alone. */
const TIMES = 10;
const LEAST_RATIO = 0.3;
const LEAST_FROM_DONATIONS = 50_000;
const BARE = 'a bare closure on the folded standing';

/** A question about one donor: the facts of one benefit. */
type Asked =
  | { readonly about: 'ride'; readonly donations: Donation[]; readonly facts: RideFacts }
  | { readonly about: 'clinic'; readonly donations: Donation[]; readonly facts: ClinicFacts }
  | { readonly about: 'site'; readonly donations: Donation[]; readonly facts: SiteFacts };

function answer(asked: Asked, standing: Standing, programme: Programme): Decision {
  if (asked.about === 'ride') return decideRide({ ...asked.facts, standing }, programme, DAY);
  if (asked.about === 'site') return decideSite({ ...asked.facts, standing }, programme, DAY);
  return decideClinic({ ...asked.facts, standing }, programme, DAY);
}

/** The same on the standing that the facts hold. */
function answerFolded(asked: Asked, programme: Programme): Decision {
  if (asked.about === 'ride') return decideRide(asked.facts, programme, DAY);
  if (asked.about === 'site') return decideSite(asked.facts, programme, DAY);
  return decideClinic(asked.facts, programme, DAY);
}

const NO = -1;

/** The bare closure: fen that are waived, or `NO`. */
function bareAnswerer(programme: Programme, day: CivilDate): (asked: Asked) => number {
  const valueOn = <T>(values: readonly Dated<T>[]): T | undefined => {
    for (const { from, through, value } of values) {
      if (from <= day && (through === null || day <= through)) return value;
    }
    return undefined;
  };
  const { parameters, versions } = programme;
  const isInForce = (about: Asked['about'], shownBy: string): boolean => {
    if (!versions.some(({ from }) => from <= day)) return false;
    return shownBy === 'staff' || (valueOn(parameters['code.benefits'])?.includes(about) ?? false);
  };
  const cardOf = ({ card }: ProvenStanding): 'annual' | 'honour' | undefined => {
    if (card === null) return undefined;
    return card.validThrough === null || day <= card.validThrough ? card.kind : undefined;
  };
  const ride = ({ line: id, shownBy, standing }: RideFacts): number => {
    const line = programme.lines.get(id);
    if (line === undefined || !isInForce('ride', shownBy)) return NO;
    if (valueOn(line.free) !== true || cardOf(standing) === undefined) return NO;
    return line.mode === 'bus' ? (valueOn(parameters['ride.bus_fare_fen']) ?? NO) : 0;
  };
  const clinic = (facts: ClinicFacts): number => {
    const { hospital, level, shownBy, standing } = facts;
    if (!programme.hospitals.has(hospital) || !isInForce('clinic', shownBy)) return NO;
    const card = cardOf(standing);
    if (card === undefined) return NO;
    const waiver = valueOn(programme.waivers)?.get(waiverKey(hospital, card, level));
    if (waiver === undefined || waiver.kind === 'none') return NO;
    const own = facts.feeFen - facts.insuredFen;
    let waived = own;
    if (waiver.kind === 'amount') waived = Math.min(own, waiver.amountFen);
    if (waiver.kind === 'share') waived = Math.ceil((own * waiver.basisPoints) / 10_000);
    if (waiver.capFen !== null) waived = Math.min(waived, waiver.capFen);
    return waived === 0 ? NO : waived;
  };
  const site = ({ site: id, shownBy, entriesToday, standing }: SiteFacts): number => {
    const found = programme.sites.get(id);
    if (found === undefined || !isInForce('site', shownBy)) return NO;
    const card = cardOf(standing);
    if (card === undefined || valueOn(found.cards)?.includes(card) !== true) return NO;
    if (entriesToday >= (valueOn(parameters['site.entries_a_day']) ?? 0)) return NO;
    return found.settled ? (valueOn(parameters['site.ticket_fen']) ?? NO) : 0;
  };
  return (asked) => {
    if (asked.about === 'ride') return ride(asked.facts);
    return asked.about === 'site' ? site(asked.facts) : clinic(asked.facts);
  };
}

/** A donor's gifts: five or six, one in ten has many more; the last is up to 450 days ago. */
function makeDonations(random: () => number): Donation[] {
  const times = 1 + Math.floor(random() * 10) + (random() < 0.1 ? 20 : 0);
  const last = addDays(DAY, -Math.floor(random() * 450));
  const days = 30 + Math.floor(random() * 150);
  return Array.from({ length: times }, (_, index) => {
    const kind: DonationKind = random() < 0.8 ? 'whole_blood' : 'apheresis_platelets';
    const amount = kind === 'whole_blood' ? 200 + 100 * Math.floor(random() * 3) : 2;
    const number = `N${Math.floor(random() * 1e9)}-${index}` as DonationNumber;
    return {
      number,
      donatedOn: addDays(last, -index * days),
      kind,
      amount,
      inCity: random() < 0.9,
    };
  });
}

const LEVELS: readonly Level[] = ['general', 'associate_chief', 'chief', 'renowned_expert'];

/**
 * Three questions for each donor: a ride, a visit and an entry, at any place of the programme. One
 * ride in ten is on a line that may be excluded, one entry in ten is not the first.
 */
function makeQuestions(programme: Programme, donors: number): Asked[] {
  const random = seeded(20_261_123);
  const pick = <T>(from: Iterable<T>): T => {
    const all = [...from];
    const one = all[Math.floor(random() * all.length)];
    if (one === undefined) throw new Error('nothing to pick from');
    return one;
  };
  const regular = [...programme.lines.keys()].filter(
    (id) => findOn(programme.lines.get(id)?.free ?? [], DAY)?.value === true,
  );
  return Array.from({ length: donors }, () => makeDonations(random)).flatMap((donations) => {
    const standing = standingOf(donations, programme, DAY);
    const shownBy = random() < 0.9 ? 'code' : 'staff';
    const line = random() < 0.9 ? pick(regular) : pick(programme.lines.keys());
    const hospital = pick(programme.hospitals.keys());
    const feeFen = 500 + Math.floor(random() * 5000);
    const insuredFen = Math.floor(random() * feeFen);
    const site = pick(programme.sites.keys());
    const entriesToday = random() < 0.1 ? 1 : 0;
    return [
      { about: 'ride', donations, facts: { standing, line, shownBy } },
      {
        about: 'clinic',
        donations,
        facts: { standing, hospital, level: pick(LEVELS), feeFen, insuredFen, shownBy },
      },
      { about: 'site', donations, facts: { standing, site, entriesToday, shownBy } },
    ] as const satisfies Asked[];
  });
}

/** Numbers in [0, 1) that follow from the seed alone (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A side that asks all questions; the sum of its answers is used, so that none is skipped. */
function sideOf(
  name: string,
  questions: readonly Asked[],
  times: number,
  fenOf: (asked: Asked) => number,
): Side {
  const sum = (): number => questions.reduce((all, asked) => all + fenOf(asked), 0);
  const expected = sum();
  return {
    name,
    operations: questions.length * times,
    run: () => {
      for (let time = 0; time < times; time += 1) {
        if (sum() !== expected) throw new Error(`${name}: the same facts were answered otherwise`);
      }
    },
  };
}

/** The last decision is kept, so that none is left half made because nobody looks at it. */
let kept: Decision | undefined;

function fenOf(decision: Decision): number {
  kept = decision;
  return decision.granted ? (decision.waivedFen ?? 0) : NO;
}

function aSecond({ microseconds }: Measured): number {
  return 1e6 / microseconds;
}

/**
 * Decisions a second on folded standings and from donations. The ratio is of their numbers a second
 * by those of the bare closure.
 */
export async function measureDecide(say: (line: string) => void): Promise<Figures> {
  const programme = loadProgramme(
    fileURLToPath(new URL('../../programmes/taiyuan/', import.meta.url)),
  );
  const questions = makeQuestions(programme, DONORS);
  const bare = bareAnswerer(programme, DAY);
  const granted = questions.filter((asked) => {
    const told = fenOf(answerFolded(asked, programme));
    if (told !== bare(asked)) throw new Error('the bare closure answers otherwise');
    return told !== NO;
  });
  say(`${questions.length} questions about ${DONORS} donors, ${granted.length} are granted`);
  const folded = (asked: Asked): number => fenOf(answerFolded(asked, programme));
  const fromDonations = (asked: Asked): number => {
    const standing = standingOf(asked.donations, programme, DAY);
    return fenOf(answer(asked, standing, programme));
  };
  const [base, onFolded, whole] = await measureSides(
    [
      sideOf(BARE, questions, TIMES, bare),
      sideOf('folded', questions, TIMES, folded),
      sideOf('from donations', questions, 1, fromDonations),
    ],
    ROUNDS,
  );
  if (kept === undefined || kept.because.length === 0) throw new Error('a decision has a reason');
  if (base === undefined || onFolded === undefined || whole === undefined) return {};
  const unit = 'a second';
  return {
    'decide.bare': { value: aSecond(base), unit, ratio: 1, against: BARE },
    'decide.folded': {
      value: aSecond(onFolded),
      unit,
      ratio: 1 / onFolded.ratio,
      against: BARE,
      limit: { atLeast: LEAST_RATIO },
    },
    'decide.from_donations': {
      value: aSecond(whole),
      unit,
      ratio: 1 / whole.ratio,
      against: BARE,
    },
    'decide.from_donations_floor': {
      value: aSecond(whole),
      unit,
      ratio: aSecond(whole) / LEAST_FROM_DONATIONS,
      against: `${LEAST_FROM_DONATIONS} a second, on this machine`,
      limit: { atLeast: 1 },
    },
  };
}

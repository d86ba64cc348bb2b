/**
 * What a city promises, as values: every number, date and list is dated and cites its clause. The
 * loader reads this shape from `programmes/<city>`; the rules read it and hold no value of their
 * own.
 */
import type { CivilDate, Text, Zone } from '../kernel/index.ts';

/** The name of a clause, such as `card.annual.validity`. */
export type ClauseId = string & { readonly __brand: 'ClauseId' };

/** A passage of the promise: what it says, where it stands, and whether it is our reading. */
export interface Clause {
  readonly id: ClauseId;
  readonly text: Text;
  readonly source: Text;
  /** `announcement`: the city's own text; `notice`: press and national rules; `reading`: ours. */
  readonly basis: 'announcement' | 'notice' | 'reading';
}

/** A value of the programme and the days for which it holds, both ends included. */
export interface Dated<T> {
  readonly from: CivilDate;
  /** The last day, or `null` while none is set. */
  readonly through: CivilDate | null;
  readonly value: T;
  readonly clause: ClauseId;
}

/** A state of the whole programme, named by the day from 00:00 of which it is in force. */
export interface Version {
  readonly id: string;
  readonly from: CivilDate;
  readonly clause: ClauseId;
}

export type DonationKind = 'whole_blood' | 'apheresis_platelets' | 'stem_cells' | 'other_component';
export type TierId = 'first' | 'second' | 'bronze' | 'silver' | 'gold';
export type BenefitId = 'ride' | 'clinic' | 'site';
export type Level = 'general' | 'associate_chief' | 'chief' | 'renowned_expert';
export type CardKind = 'annual' | 'honour';

/** A tier begins at that many counts and ends where the next begins. */
export interface Tier {
  readonly id: TierId;
  readonly fromCounts: number;
  /** Whether a stem-cell donation reaches it whatever the counts. */
  readonly byStemCells: boolean;
  readonly name: Text;
}

/** Distances in metres: to `baseMetres` for `baseFen`, then `stepFen` more for each step begun. */
export interface MetroFare {
  readonly baseFen: number;
  readonly baseMetres: number;
  readonly stepFen: number;
  readonly stepsMetres: readonly number[];
  readonly furtherMetres: number;
}

/** How long after one gift the next may follow. */
export interface Intervals {
  readonly wholeBloodToWholeBloodMonths: number;
  readonly plateletsToPlateletsDays: number;
  readonly plateletsToWholeBloodDays: number;
  readonly wholeBloodToPlateletsMonths: number;
  readonly plateletsPerTwelveMonths: number;
}

/** Ages in completed years; `repeatThrough` is for people who have given before. */
export interface Ages {
  readonly from: number;
  readonly firstThrough: number;
  readonly repeatThrough: number;
}

/** The amounts that are given, and no other. */
export interface Amounts {
  readonly wholeBloodMl: readonly number[];
  readonly treatmentUnits: readonly number[];
}

/** A printed card can be copied, so its uses are limited: a place, and a day in all. */
export interface PrintedLimits {
  readonly secondsBetween: number;
  readonly usesADay: number;
}

/** How old the lists may be on which a gate without a network opens, in seconds. */
export interface OfflineWindows {
  readonly rideSeconds: number;
  readonly siteSeconds: number;
  readonly clinicSeconds: number;
  /** A larger waiver needs the server's own answer. */
  readonly clinicUpToFen: number;
}

/** From when on two uses of one pass are not one phone's. */
export interface CloneLimits {
  /** How often a phone draws a new code. */
  readonly redrawSeconds: number;
  /** How far a gate's clock may be off, and one that has not been set for long. */
  readonly gateClockSeconds: number;
  readonly unsyncedClockSeconds: number;
  /** Nobody travels faster between two places, by the metres of the rail. */
  readonly metresPerSecond: number;
}

/** Every parameter by name. A file of the programme holds its dated values. */
export interface Parameters {
  readonly 'count.whole_blood_ml': number;
  readonly 'count.treatment_unit': number;
  readonly 'award.treatment_unit': number;
  readonly 'award.restarts_at_counts': number;
  readonly 'award.golds_for_lifetime': number;
  readonly 'card.annual.kinds': readonly DonationKind[];
  readonly 'card.annual.months': number;
  readonly 'card.honour.counts': number;
  readonly 'card.honour.stem_cells': boolean;
  /** So many days before an annual card ends its holder is told. */
  readonly 'card.ends_soon_days': number;
  /** How often the code may move to another phone in a month of the city. */
  readonly 'card.phone_moves_a_month': number;
  readonly tiers: readonly Tier[];
  readonly 'donation.amounts': Amounts;
  readonly 'donation.intervals': Intervals;
  readonly 'donation.ages': Ages;
  readonly 'code.benefits': readonly BenefitId[];
  readonly 'code.printed_limits': PrintedLimits;
  readonly 'ride.metro_fare': MetroFare;
  readonly 'ride.bus_fare_fen': number;
  /** An entry without an exit is closed at this time of the night, minutes after 00:00. */
  readonly 'ride.night_ends_minutes': number;
  readonly 'ride.passback_seconds': number;
  readonly 'site.entries_a_day': number;
  readonly 'site.ticket_fen': number;
  readonly 'clone.limits': CloneLimits;
  /** How many days it is kept who was where, once the month is closed. */
  readonly 'whereabouts.kept_days': number;
  readonly 'gate.offline_windows': OfflineWindows;
  /** A gate whose clock was not set for longer takes phones in a wider window, and says so. */
  readonly 'gate.unsynced_after_seconds': number;
}
export type ParameterId = keyof Parameters;

/** A line that people ride; `free` says since when and whether it is part of the promise. */
export interface Line {
  readonly id: string;
  readonly mode: 'metro' | 'bus';
  readonly name: Text;
  readonly partner: string;
  readonly free: readonly Dated<boolean>[];
}

/** A place on a metro line, `metres` from that line's first station. */
export interface Station {
  readonly id: string;
  readonly line: string;
  readonly metres: number;
  readonly name: Text;
  /** Stations that share an interchange are one place. */
  readonly interchange: string | null;
  /** Whether name and distance are made up; shown wherever the station is. */
  readonly sample: boolean;
}

/** A scenic site; `cards` says for which cards it is free on which days. */
export interface Site {
  readonly id: string;
  readonly name: Text;
  readonly cards: readonly Dated<readonly CardKind[]>[];
  /** `false`: a private site that joined of its own accord; its uses are reported, not paid. */
  readonly settled: boolean;
}

/** A hospital whose consultation fee may be waived. */
export interface Hospital {
  readonly id: string;
  readonly name: Text;
  readonly level: 'province' | 'city' | 'county';
  /** Whether the entry is made up; shown wherever the hospital and its waivers are. */
  readonly sample: boolean;
}

/** What one cell of the waiver table gives, of what is left to pay after insurance. */
export type Waiver =
  | { readonly kind: 'none' }
  | { readonly kind: 'full'; readonly capFen: number | null }
  | { readonly kind: 'amount'; readonly amountFen: number; readonly capFen: number | null }
  | { readonly kind: 'share'; readonly basisPoints: number; readonly capFen: number | null };

/** The waivers of one period, by hospital, card and level: see `waiverKey`. */
export type WaiverTable = ReadonlyMap<string, Waiver>;

/** The key of a cell in a `WaiverTable`. */
export function waiverKey(hospital: string, card: CardKind, level: Level): string {
  return `${hospital}/${card}/${level}`;
}

/** What people read for a reason code, and whether staff may help where it is answered. */
export interface ReasonText {
  readonly text: Text;
  readonly wayOn: Text;
  readonly staffMayHelp: boolean;
}

/** What a notice says: a line for the subject of an e-mail, and the text, which SMS has alone. */
export interface NoticeText {
  readonly subject: Text;
  readonly text: Text;
}

/** Whom people call who have no phone to show, and what name their printed cards bear. */
export interface Counter {
  readonly telephone: string;
  readonly printedName: 'masked' | 'full';
  /** Whether the number is made up; said wherever it is printed. */
  readonly sample: boolean;
}

/** The city, and how donation files write it. */
export interface City {
  readonly code: string;
  readonly name: Text;
  readonly names: readonly string[];
  /** How the six-digit codes of the city and its districts begin. */
  readonly codePrefix: string;
  /** The province's names, which may stand before the city's. */
  readonly province: readonly string[];
  readonly counter: Counter;
}

/** One city's promise, whole and checked. */
export interface Programme {
  readonly id: string;
  readonly name: Text;
  readonly city: City;
  readonly zone: Zone;
  /** Oldest first. */
  readonly versions: readonly Version[];
  readonly clauses: ReadonlyMap<ClauseId, Clause>;
  readonly parameters: { readonly [P in ParameterId]: readonly Dated<Parameters[P]>[] };
  readonly lines: ReadonlyMap<string, Line>;
  readonly stations: ReadonlyMap<string, Station>;
  readonly sites: ReadonlyMap<string, Site>;
  readonly hospitals: ReadonlyMap<string, Hospital>;
  readonly waivers: readonly Dated<WaiverTable>[];
  readonly partners: ReadonlyMap<string, Text>;
  readonly reasons: ReadonlyMap<string, ReasonText>;
  readonly notices: ReadonlyMap<string, NoticeText>;
}

/**
 * The programme on its way to a gate: what a gate decides and says by, as JSON. Clauses' texts and
 * notices stay behind; a gate names a clause, it does not quote it.
 */
import { type CivilDate, parseCivilDate } from '../kernel/index.ts';
import type { Dated, Programme, Waiver } from './programme.ts';

type Entries<K, V> = readonly (readonly [K, V])[];
type ValueOf<M> = M extends ReadonlyMap<string, infer V> ? V : never;

/** A `Programme` without its maps, which JSON does not know. */
export interface ProgrammeJson
  extends Pick<Programme, 'id' | 'name' | 'city' | 'zone' | 'versions' | 'parameters'> {
  readonly lines: Entries<string, ValueOf<Programme['lines']>>;
  readonly stations: Entries<string, ValueOf<Programme['stations']>>;
  readonly sites: Entries<string, ValueOf<Programme['sites']>>;
  readonly hospitals: Entries<string, ValueOf<Programme['hospitals']>>;
  readonly partners: Entries<string, ValueOf<Programme['partners']>>;
  readonly reasons: Entries<string, ValueOf<Programme['reasons']>>;
  readonly waivers: readonly Dated<Entries<string, Waiver>>[];
}

/** What a gate needs of the programme; the same programme gives the same JSON. */
export function serialiseProgramme(programme: Programme): ProgrammeJson {
  const { id, name, city, zone, versions, parameters } = programme;
  return {
    id,
    name,
    city,
    zone,
    versions,
    parameters,
    lines: [...programme.lines],
    stations: [...programme.stations],
    sites: [...programme.sites],
    hospitals: [...programme.hospitals],
    partners: [...programme.partners],
    reasons: [...programme.reasons],
    waivers: programme.waivers.map((dated) => ({ ...dated, value: [...dated.value] })),
  };
}

/**
 * Reads what `serialiseProgramme` made, after a way through JSON. It checks that everything is
 * there which this version's rules look for by name; the values were checked by the loader.
 */
export function parseProgramme(json: unknown): Programme | { readonly malformed: string } {
  const fault = findFault(json);
  if (fault !== undefined) return { malformed: fault };
  const read = json as ProgrammeJson;
  return {
    id: read.id,
    name: read.name,
    city: read.city,
    zone: read.zone,
    versions: read.versions,
    parameters: read.parameters,
    clauses: new Map(),
    notices: new Map(),
    lines: new Map(read.lines),
    stations: new Map(read.stations),
    sites: new Map(read.sites),
    hospitals: new Map(read.hospitals),
    partners: new Map(read.partners),
    reasons: new Map(read.reasons),
    waivers: read.waivers.map((dated) => ({ ...dated, value: new Map(dated.value) })),
  };
}

const TABLES = ['lines', 'stations', 'sites', 'hospitals', 'partners', 'reasons'] as const;
/** What a gate decides by; each has a value at some time. */
const NEEDED = [
  'code.benefits',
  'code.printed_limits',
  'ride.metro_fare',
  'ride.bus_fare_fen',
  'ride.night_ends_minutes',
  'ride.passback_seconds',
  'site.entries_a_day',
  'site.ticket_fen',
  'gate.offline_windows',
  'gate.unsynced_after_seconds',
] as const;

function findFault(json: unknown): string | undefined {
  if (!isObject(json)) return 'no object';
  if (typeof json.id !== 'string') return 'id is no text';
  const { zone, versions, parameters, waivers } = json;
  if (!isObject(zone) || !Number.isInteger(zone.offsetSeconds)) return 'zone has no offset';
  if (!Array.isArray(versions) || versions.length === 0) return 'versions are missing';
  if (!versions.every((one) => isObject(one) && isDay(one.from))) return 'a version has no day';
  for (const table of TABLES) if (!isTable(json[table])) return `${table} is no table`;
  if (!Array.isArray(waivers)) return 'waivers are missing';
  for (const one of waivers) if (!isDated(one) || !isTable(one.value)) return 'waivers: no table';
  if (!isObject(parameters)) return 'parameters are missing';
  for (const id of NEEDED) {
    const values = parameters[id];
    if (!Array.isArray(values) || values.length === 0) return `parameter ${id} is missing`;
    if (!values.every(isDated)) return `parameter ${id} has a value without days`;
  }
  return undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isDay(value: unknown): value is CivilDate {
  return typeof value === 'string' && parseCivilDate(value) !== undefined;
}

function isTable(value: unknown): boolean {
  if (!Array.isArray(value)) return false;
  return value.every(
    (one) =>
      Array.isArray(one) && one.length === 2 && typeof one[0] === 'string' && isObject(one[1]),
  );
}

function isDated(value: unknown): value is Dated<unknown> {
  if (!isObject(value) || !isDay(value.from) || value.value === undefined) return false;
  return (value.through === null || isDay(value.through)) && typeof value.clause === 'string';
}

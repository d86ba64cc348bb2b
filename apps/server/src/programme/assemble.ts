/** Puts the files' values together in the shape that the rules read. */
import type { Text } from '@liyu/domain/kernel';
import type { Parameters, Programme, Waiver } from '@liyu/domain/programme';
import type { WrittenParameters } from './parameter-shapes.ts';
import type { Sources } from './sources.ts';

/** The programme; `undefined` while a file of it could not be read. */
export function assembleProgramme(
  sources: Sources,
  tables: ReadonlyMap<string, ReadonlyMap<string, Waiver>>,
): Programme | undefined {
  const { programme, clauses, parameters, lines, stations, sites, hospitals, reasons, notices } =
    sources;
  if (!programme || !clauses || !parameters || !lines) return undefined;
  if (!stations || !sites || !hospitals || !reasons || !notices) return undefined;
  const { id, name, city, zone, versions, waivers } = programme.value;
  return {
    id,
    name,
    city,
    zone,
    versions,
    clauses: byId(clauses.value),
    parameters: { ...parameters.value, tiers: tiersOf(parameters.value) },
    lines: byId(lines.value.lines),
    stations: byId(stations.rows.map(({ value }) => value)),
    sites: byId(sites.value),
    hospitals: byId(hospitals.value),
    waivers: waivers.map((dated) => ({ ...dated, value: tables.get(dated.value) ?? new Map() })),
    partners: partnersOf([...hospitals.value, ...sites.value, ...lines.value.partners]),
    reasons: new Map(Object.entries(reasons.value)),
    notices: new Map(Object.entries(notices.value)),
  };
}

function byId<I extends string, T extends { readonly id: I }>(values: readonly T[]): Map<I, T> {
  return new Map(values.map((value) => [value.id, value]));
}

function partnersOf(named: readonly { id: string; name: Text }[]): Map<string, Text> {
  return new Map(named.map(({ id, name }) => [id, name]));
}

/** A tier ends where the next begins, so its end is checked and then left out. */
function tiersOf(written: WrittenParameters): Programme['parameters']['tiers'] {
  return written.tiers.map((dated) => ({
    ...dated,
    value: dated.value.map(({ belowCounts: _, ...tier }): Parameters['tiers'][number] => tier),
  }));
}

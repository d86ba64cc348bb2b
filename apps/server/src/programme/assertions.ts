/** The city's own numbers: what the files hold is counted and compared with what was promised. */
import {
  type Dated,
  findOn,
  type Level,
  type Programme,
  type Waiver,
  type WaiverTable,
  waiverKey,
} from '@liyu/domain/programme';
import type { Assertion } from './file-shapes.ts';
import type { JsonFile } from './json-file.ts';
import type { Report } from './problem.ts';

/** Reports every assertion that the programme does not keep, with both numbers. */
export function checkAssertions(
  file: JsonFile<Assertion[]>,
  programme: Programme,
  report: Report,
): void {
  for (const [index, assertion] of file.value.entries()) {
    const found = countOf(assertion, programme);
    const { exactly, atLeast, count, on } = assertion;
    const kept = exactly === undefined ? found >= (atLeast ?? 0) : found === exactly;
    if (kept) continue;
    const expected = exactly === undefined ? `at least ${atLeast}` : `${exactly}`;
    const message = `${count} on ${on}: expected ${expected}, found ${found}`;
    report(file.name, file.lineAt([index]), message);
  }
}

function countOf(assertion: Assertion, programme: Programme): number {
  const { on } = assertion;
  const table = findOn(programme.waivers, on)?.value;
  const sites = [...programme.sites.values()];
  const openSites = sites.filter(({ cards }) => findOn(cards, on) !== undefined);
  switch (assertion.count) {
    case 'hospitals':
      return programme.hospitals.size;
    case 'waiver_cells':
      return table?.size ?? 0;
    case 'hospitals_waiving':
      return hospitalsWaiving(assertion, programme, table);
    case 'sites': {
      const { card } = assertion;
      if (card === undefined) return openSites.length;
      return openSites.filter(({ cards }) => findOn(cards, on)?.value.includes(card)).length;
    }
    case 'sites_joining':
      return openSites.filter(({ cards }) => cards[0]?.from === on).length;
    case 'sites_not_settled':
      return openSites.filter(({ settled }) => !settled).length;
    case 'stations':
      return [...programme.stations.values()].filter(({ line }) => line === assertion.line).length;
    case 'lines_free': {
      const isFree = (free: readonly Dated<boolean>[]) => findOn(free, on)?.value === true;
      return [...programme.lines.values()].filter(({ free }) => isFree(free)).length;
    }
  }
}

function hospitalsWaiving(
  assertion: Extract<Assertion, { count: 'hospitals_waiving' }>,
  programme: Programme,
  table: WaiverTable | undefined,
): number {
  const { card, levels, waived } = assertion;
  const waives = (hospital: string, level: Level): boolean => {
    const waiver = table?.get(waiverKey(hospital, card, level));
    return waiver !== undefined && (waived === 'in_full' ? isWhole(waiver) : isSome(waiver));
  };
  return [...programme.hospitals.keys()].filter((hospital) =>
    levels.every((level) => waives(hospital, level)),
  ).length;
}

function isWhole(waiver: Waiver): boolean {
  return waiver.kind === 'full' && waiver.capFen === null;
}

function isSome(waiver: Waiver): boolean {
  return waiver.kind !== 'none';
}

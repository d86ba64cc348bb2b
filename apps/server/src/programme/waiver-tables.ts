/** The waiver tables: every hospital, card and level has one cell, and honour is never worse. */
import { waivedOf } from '@liyu/domain/benefit';
import type { CardKind, Level, Waiver } from '@liyu/domain/programme';
import { waiverKey } from '@liyu/domain/programme';
import type { Report } from './problem.ts';
import { cardKind, level as levelShape } from './shapes.ts';
import type { Sources, WaiverFile } from './sources.ts';

const CARDS: readonly CardKind[] = cardKind.options;
const LEVELS: readonly Level[] = levelShape.options;

/** Two own shares beyond any real fee, where what grows without a cap shows. */
const VERY_LARGE_FEN = [100_000_000, 1_000_000_000];

/** By then two shares that differ by one basis point differ by more than rounding hides. */
const MOST_STEPS = 20_000;

interface Cell {
  readonly waiver: Waiver;
  readonly line: number;
}

/** The tables by file, with everything wrong in them reported. */
export function waiverTablesOf(
  sources: Sources,
  report: Report,
): ReadonlyMap<string, ReadonlyMap<string, Waiver>> {
  const tables = new Map<string, ReadonlyMap<string, Waiver>>();
  if (sources.hospitals === undefined) return tables;
  const hospitals = [...new Set(sources.hospitals.value.map(({ id }) => id))];
  for (const [name, file] of sources.waivers) {
    const cells = cellsOf(file, hospitals, report);
    checkCells(file, cells, hospitals, report);
    tables.set(name, new Map([...cells].map(([key, { waiver }]) => [key, waiver])));
  }
  return tables;
}

function cellsOf(
  file: WaiverFile,
  hospitals: readonly string[],
  report: Report,
): Map<string, Cell> {
  const cells = new Map<string, Cell>();
  for (const { line, value } of file.rows) {
    const { hospital, card, level, waiver } = value;
    if (hospital !== '*' && !hospitals.includes(hospital)) {
      report(file.name, line, `the hospital ${hospital} is not in hospitals.json`);
      continue;
    }
    for (const one of hospital === '*' ? hospitals : [hospital]) {
      const key = waiverKey(one, card, level);
      const first = cells.get(key);
      if (first === undefined) cells.set(key, { waiver, line });
      else report(file.name, line, `the cell ${key} stands on line ${first.line} already`);
    }
  }
  return cells;
}

function checkCells(
  file: WaiverFile,
  cells: ReadonlyMap<string, Cell>,
  hospitals: readonly string[],
  report: Report,
): void {
  for (const hospital of hospitals) {
    for (const level of LEVELS) {
      const [annual, honour] = CARDS.map((card) => {
        const key = waiverKey(hospital, card, level);
        const cell = cells.get(key);
        // A row that was refused leaves its cell out; its own message says enough.
        if (cell === undefined && file.whole) report(file.name, 1, `the cell ${key} is missing`);
        return cell;
      });
      if (annual === undefined || honour === undefined) continue;
      const own = findOwnWhereWorse(annual.waiver, honour.waiver);
      if (own === undefined) continue;
      report(
        file.name,
        honour.line,
        `${hospital}/${level}: the honour card is worse than the annual card, ` +
          `${waivedOf(honour.waiver, own)} against ${waivedOf(annual.waiver, own)} fen of ${own}`,
      );
    }
  }
}

/**
 * An own share in fen of which the honour card waives less than the annual card. But for rounding
 * both waivers are straight between their breakpoints, so these, their neighbours and two large
 * amounts suffice.
 */
export function findOwnWhereWorse(annual: Waiver, honour: Waiver): number | undefined {
  const points = [
    0,
    ...breakpointsOf(annual),
    ...breakpointsOf(honour),
    ...roundingPointsOf(annual, honour),
    ...VERY_LARGE_FEN,
  ];
  return points
    .flatMap((point) => [point - 1, point, point + 1])
    .filter((own) => own >= 0)
    .find((own) => waivedOf(honour, own) < waivedOf(annual, own));
}

function breakpointsOf(waiver: Waiver): number[] {
  if (waiver.kind === 'none') return [];
  const points = waiver.kind === 'amount' ? [waiver.amountFen] : [];
  if (waiver.capFen === null) return points;
  if (waiver.kind === 'share') {
    points.push(Math.floor((waiver.capFen * 10_000) / waiver.basisPoints));
  }
  return [...points, waiver.capFen];
}

/**
 * Two shares are rounded up at different sums: where the honour card's is the smaller one, every
 * sum at which the annual card's takes a step can be the one that shows it.
 */
function roundingPointsOf(annual: Waiver, honour: Waiver): number[] {
  if (annual.kind !== 'share' || honour.kind !== 'share') return [];
  if (annual.basisPoints <= honour.basisPoints) return [];
  const steps = Math.min(annual.capFen ?? 0, MOST_STEPS);
  return Array.from({ length: steps }, (_, step) =>
    Math.floor((step * 10_000) / annual.basisPoints),
  );
}

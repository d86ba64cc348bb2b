/** Dated values follow each other day by day: none overlap, and none is missing where one is due. */
import { addDays, type CivilDate } from '@liyu/domain/kernel';
import type { Dated } from '@liyu/domain/programme';
import type { Path } from './json-file.ts';
import { FROM_FIRST_DONATION } from './parameter-shapes.ts';
import type { Report } from './problem.ts';
import type { Sources } from './sources.ts';

/** No donation is recorded before this day, so the rules that judge donations begin here. */
const FIRST_DONATION_DAY = '1980-01-01' as CivilDate;

interface Due {
  /** The first day for which a value must be there, or `null` when none must. */
  readonly from: CivilDate | null;
}

/** Checks every list of dated values in every file. */
export function checkPeriods(sources: Sources, report: Report): void {
  const { programme, parameters, lines, sites } = sources;
  const first = programme?.value.versions[0]?.from ?? null;
  const listsOf = (file: { name: string; lineAt(path: Path): number }) => {
    return (name: string, path: Path, values: readonly Dated<unknown>[], due: Due): void => {
      checkList(values, due, (index, message) =>
        report(file.name, file.lineAt([...path, index, 'from']), `${name}: ${message}`),
      );
    };
  };
  if (programme !== undefined) {
    listsOf(programme)('waivers', ['waivers'], programme.value.waivers, { from: first });
  }
  if (parameters !== undefined) {
    for (const [id, values] of Object.entries(parameters.value)) {
      const judgesDonations = FROM_FIRST_DONATION.some((parameter) => parameter === id);
      listsOf(parameters)(id, [id], values, { from: judgesDonations ? FIRST_DONATION_DAY : first });
    }
  }
  for (const [index, line] of (lines?.value.lines ?? []).entries()) {
    if (lines !== undefined)
      listsOf(lines)(line.id, ['lines', index, 'free'], line.free, { from: first });
  }
  for (const [index, site] of (sites?.value ?? []).entries()) {
    if (sites !== undefined) listsOf(sites)(site.id, [index, 'cards'], site.cards, { from: null });
  }
}

function checkList(
  values: readonly Dated<unknown>[],
  due: Due,
  refuse: (index: number, message: string) => void,
): void {
  for (const [index, dated] of values.entries()) {
    if (dated.through !== null && dated.through < dated.from) {
      refuse(index, `the period from ${dated.from} ends before it begins, on ${dated.through}`);
    }
    const before = values[index - 1];
    if (before === undefined) continue;
    const next = before.through === null ? null : addDays(before.through, 1);
    if (next === null || dated.from < next) {
      refuse(index, `the periods from ${before.from} and from ${dated.from} overlap`);
    } else if (due.from !== null && dated.from > next) {
      refuse(index, `no value from ${next} through ${addDays(dated.from, -1)}`);
    }
  }
  const [first, last] = [values[0], values.at(-1)];
  if (due.from === null || first === undefined || last === undefined) return;
  if (first.from > due.from) {
    refuse(0, `no value from ${due.from} through ${addDays(first.from, -1)}`);
  }
  if (last.through !== null) {
    refuse(values.length - 1, `no value after ${last.through}`);
  }
}

/** Checks that versions come in order and that each begins on a day of its own. */
export function checkVersions(sources: Sources, report: Report): void {
  const file = sources.programme;
  if (file === undefined) return;
  const { versions } = file.value;
  for (const [index, version] of versions.entries()) {
    const before = versions[index - 1];
    if (before === undefined || before.from < version.from) continue;
    report(
      file.name,
      file.lineAt(['versions', index, 'from']),
      `version ${version.id} does not begin after version ${before.id}: oldest first`,
    );
  }
}

/**
 * The loader: a city's folder becomes a checked programme, or a list of everything that is wrong
 * with it, by file and line. A programme that has a problem is never used.
 */
import type { Programme } from '@liyu/domain/programme';
import { assembleProgramme } from './assemble.ts';
import { checkAssertions } from './assertions.ts';
import { checkClauses } from './check-clauses.ts';
import { checkNotices } from './check-notices.ts';
import { checkParameters } from './check-parameters.ts';
import { checkPeriods, checkVersions } from './check-periods.ts';
import { checkLines, checkNames } from './check-places.ts';
import { checkReasons } from './check-reasons.ts';
import { checkZone } from './check-zone.ts';
import { type ProgrammeFiles, readProgrammeFiles } from './files.ts';
import { inFileOrder, type Problem, problemsText } from './problem.ts';
import { readSources, type Sources } from './sources.ts';
import { waiverTablesOf } from './waiver-tables.ts';

export { readProgrammeFiles } from './files.ts';
export type { Problem } from './problem.ts';

/** A programme that holds all checks, or all problems of its files. */
export type Parsed = { readonly programme: Programme } | { readonly problems: readonly Problem[] };

const CHECKS = [
  checkVersions,
  checkPeriods,
  checkParameters,
  checkLines,
  checkNames,
  checkClauses,
  checkReasons,
  checkNotices,
  checkZone,
];

/** Judges the texts of a programme's files. Pure: the same texts give the same answer. */
export function parseProgramme(files: ProgrammeFiles): Parsed {
  const problems: Problem[] = [];
  const report = (file: string, line: number, message: string): void => {
    problems.push({ file, line, message });
  };
  const sources = readSources(files, report);
  for (const check of CHECKS) check(sources, report);
  const programme = assembleProgramme(sources, waiverTablesOf(sources, report));
  // Numbers counted in files that could not be read whole would say nothing.
  if (programme !== undefined && sources.assertions !== undefined && areTablesWhole(sources)) {
    checkAssertions(sources.assertions, programme, report);
  }
  if (programme !== undefined && problems.length === 0) return { programme };
  return { problems: inFileOrder(problems) };
}

function areTablesWhole({ programme, stations, waivers }: Sources): boolean {
  const named = programme?.value.waivers.map(({ value }) => waivers.get(value)) ?? [];
  return [stations, ...named].every((table) => table?.whole === true);
}

/** A programme that cannot be loaded; the message lists every problem, a line each. */
export class ProgrammeProblems extends Error {}

/** Loads the programme of a folder; throws `ProgrammeProblems`. */
export function loadProgramme(folder: string): Programme {
  const parsed = parseProgramme(readProgrammeFiles(folder));
  if ('programme' in parsed) return parsed.programme;
  throw new ProgrammeProblems(
    `the programme in ${folder} has problems:\n${problemsText(parsed.problems)}`,
  );
}

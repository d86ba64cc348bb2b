/**
 * All files of a programme by their shapes, before anything is compared with anything else. A file
 * that has not its shape is `undefined` here, and its reasons are reported.
 */
import type { z } from 'zod';
import { casesFile, type ProgrammeCase } from './case-shapes.ts';
import { type CsvFile, readCsvFile } from './csv-file.ts';
import {
  assertionsFile,
  clausesFile,
  hospitalsFile,
  linesFile,
  noticesFile,
  programmeFile,
  reasonsFile,
  STATION_HEADINGS,
  sitesFile,
  WAIVER_HEADINGS,
} from './file-shapes.ts';
import type { ProgrammeFiles } from './files.ts';
import { type JsonFile, readJsonFile } from './json-file.ts';
import { parametersFile } from './parameter-shapes.ts';
import type { Report } from './problem.ts';
import { stationRow, type WaiverRow, waiverRow } from './row-shapes.ts';

/** What the files of a folder say, each by its own shape. */
export type Sources = ReturnType<typeof readSources>;

/** A waiver table as written, by the name of its file. */
export type WaiverFile = CsvFile<WaiverRow>;

/** Reads every file; one that is bad leaves the others readable. */
export function readSources(files: ProgrammeFiles, report: Report) {
  const json = <T>(name: string, shape: z.ZodType<T>): JsonFile<T> | undefined =>
    readJsonFile(files, name, shape, report);
  checkEncoding(files, report);
  const programme = json('programme.json', programmeFile);
  const waivers = new Map<string, WaiverFile>();
  if (programme !== undefined) {
    checkNoneUnread(
      files,
      programme.value.waivers.map(({ value }) => value),
      report,
    );
  }
  for (const { value } of programme?.value.waivers ?? []) {
    const table = readCsvFile(files, value, WAIVER_HEADINGS, waiverRow, report);
    if (table !== undefined) waivers.set(value, table);
  }
  return {
    programme,
    clauses: json('clauses.json', clausesFile),
    parameters: json('parameters.json', parametersFile),
    lines: json('lines.json', linesFile),
    stations: readCsvFile(files, 'stations.csv', STATION_HEADINGS, stationRow, report),
    sites: json('sites.json', sitesFile),
    hospitals: json('hospitals.json', hospitalsFile),
    waivers,
    reasons: json('reasons.json', reasonsFile),
    notices: json('notices.json', noticesFile),
    assertions: json('assertions.json', assertionsFile),
    cases: readCaseFiles(files, report),
  };
}

/** The case files that have their shape, by name. */
export function readCaseFiles(files: ProgrammeFiles, report: Report): JsonFile<ProgrammeCase[]>[] {
  return [...files.keys()]
    .filter((name) => name.startsWith('cases/') && name.endsWith('.json'))
    .map((name) => readJsonFile(files, name, casesFile, report))
    .filter((file) => file !== undefined);
}

const READ = [
  'programme.json',
  'clauses.json',
  'parameters.json',
  'lines.json',
  'stations.csv',
  'sites.json',
  'hospitals.json',
  'reasons.json',
  'notices.json',
  'assertions.json',
];

/** A file that nothing reads is a promise that nobody keeps: a table not named, a name mistyped. */
function checkNoneUnread(files: ProgrammeFiles, tables: readonly string[], report: Report): void {
  for (const name of files.keys()) {
    const isCase = name.startsWith('cases/') && name.endsWith('.json');
    if (isCase || READ.includes(name) || tables.includes(name)) continue;
    report(name, 1, 'nothing reads this file: a waiver table is named in programme.json');
  }
}

function checkEncoding(files: ProgrammeFiles, report: Report): void {
  for (const [name, text] of files) {
    const line = text.split('\n').findIndex((words) => words.includes('\uFFFD'));
    if (line >= 0) report(name, line + 1, 'the file is not in UTF-8');
  }
}

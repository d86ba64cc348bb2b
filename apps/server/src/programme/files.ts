/** The edge of the loader: reads a programme's folder into texts by name. Nothing is judged here. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The texts of a programme by their name within its folder, such as `cases/cards.json`. */
export type ProgrammeFiles = ReadonlyMap<string, string>;

const FOLDERS = ['', 'cases'];
const KINDS = /\.(json|csv)$/;

/** Reads every JSON and CSV file of the folder and of its `cases`; throws if it cannot be read. */
export function readProgrammeFiles(folder: string): Map<string, string> {
  const files = new Map<string, string>();
  for (const inner of FOLDERS) {
    const entries = readdirSync(join(folder, inner), { withFileTypes: true });
    const names = entries.filter((entry) => entry.isFile() && KINDS.test(entry.name));
    for (const { name } of names.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = inner === '' ? name : `${inner}/${name}`;
      files.set(path, readFileSync(join(folder, path), 'utf8').replace(/^\uFEFF/, ''));
    }
  }
  return files;
}

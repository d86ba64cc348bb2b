/**
 * Files of imports in the home, for its owner only: what was sent lies there while the work lasts,
 * its error file a day longer, sealed. The file of an id is the sign that its import has not ended.
 */
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import type { FieldCipher } from '../database/field-cipher.ts';
import type { FieldPlace } from '../database/sealed-columns.ts';

/** The files of one home's imports. */
export interface ImportFiles {
  /** Where what is sent is written. */
  sentFile(importId: string): string;
  /** Where the error file is written while the work lasts. */
  errorFile(importId: string): string;
  /** Keeps beside the sent file what is known of it; on disk when it returns. */
  writeNote(importId: string, note: string): void;
  /** What was kept so, of every import that has not ended. */
  readNotes(): Map<string, string>;
  /** Ends an import: seals the error file when it is wanted, and takes the rest away. */
  end(importId: string, keepErrors: boolean): void;
  /** The error file's text, or `undefined` when there is none. */
  readErrors(importId: string): string | undefined;
  /** Takes away the error files of imports before the id. */
  removeErrorsBefore(importId: string): void;
  /** Takes away what a dead process was still receiving; before anything new is received. */
  removeUnnoted(): void;
}

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/;

/** The folder of imports in the home; made when it is first written to. */
export function openImportFiles(home: string, cipher: FieldCipher): ImportFiles {
  const folder = path.join(home, 'imports');
  const fileOf = (importId: string, kind: string): string =>
    path.join(folder, `${importId}.${kind}`);
  const names = (): string[] => (existsSync(folder) ? readdirSync(folder) : []);
  const remove = (...files: string[]): void => {
    for (const file of files) rmSync(file, { force: true });
  };
  const partOf = (importId: string): string => path.join(folder, `.${importId}.errors.csv.part`);
  const files: ImportFiles = {
    sentFile(importId) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      return fileOf(importId, 'sent');
    },
    errorFile: (importId) => fileOf(importId, 'errors.csv'),
    writeNote: (importId, note) => writeWhole(fileOf(importId, 'note'), note),
    readNotes: () =>
      new Map(
        names()
          .filter((name) => name.endsWith('.note'))
          .map((name) => [name.slice(0, -5), readFileSync(path.join(folder, name), 'utf8')]),
      ),
    end(importId, keepErrors) {
      const plain = files.errorFile(importId);
      const part = partOf(importId);
      // A process that died between its commit and this line left the whole file under this name.
      if (keepErrors && existsSync(part)) renameSync(part, plain);
      if (keepErrors && existsSync(plain)) {
        const sealed = cipher.seal(readFileSync(plain, 'utf8'), placeOf(importId));
        writeWhole(fileOf(importId, 'errors'), sealed);
      }
      remove(plain, part, fileOf(importId, 'sent'), fileOf(importId, 'note'));
    },
    readErrors(importId) {
      const sealed = fileOf(importId, 'errors');
      if (!existsSync(sealed)) return undefined;
      return cipher.open(readFileSync(sealed), placeOf(importId));
    },
    removeErrorsBefore(importId) {
      const old = names().filter((name) => name.endsWith('.errors') && name < importId);
      remove(...old.map((name) => path.join(folder, name)));
    },
    removeUnnoted() {
      const noted = files.readNotes();
      const left = names().filter((name) => {
        const importId = ID.exec(name.replace(/^\./, ''))?.[0] ?? '';
        return name !== `${importId}.errors` && !noted.has(importId);
      });
      remove(...left.map((name) => path.join(folder, name)));
    },
  };
  return files;
}

function placeOf(importId: string): FieldPlace {
  return { table: 'import_event', column: 'error_file', row: importId };
}

/** The file appears whole under its name, for its owner only. */
function writeWhole(file: string, text: string | Uint8Array): void {
  const aside = `${file}.new`;
  const descriptor = openSync(aside, 'w', 0o600);
  try {
    writeFileSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(aside, file);
}

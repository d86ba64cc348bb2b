/** The keys of a home in one file (0600), apart from the backup: whoever has both reads everything. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { BadBackup } from './manifest.ts';

const COPY = z.strictObject({
  format: z.literal('liyu-keys'),
  files: z.record(z.string().regex(/^[a-z0-9-]+\.json$/), z.string()),
});

/** Writes the keys of the folder into the new file; answers which. */
export function copyKeys(folder: string, out: string): string[] {
  const names = readdirSync(folder).filter((name) => /^[a-z0-9-]+\.json$/.test(name));
  const files = Object.fromEntries(
    names.map((name) => [name, readFileSync(path.join(folder, name), 'utf8')]),
  );
  if (existsSync(out)) throw new BadBackup(`${out} exists: a copy of keys overwrites nothing`);
  const content = JSON.stringify({ format: 'liyu-keys', files }, null, 2);
  writeFileSync(out, `${content}\n`, { mode: 0o600, flag: 'wx' });
  return names;
}

/** Puts the keys back into a folder that has none of these names, or the same. Throws `BadBackup`. */
export function placeKeys(file: string, folder: string): string[] {
  let copy: z.infer<typeof COPY>;
  try {
    copy = COPY.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    throw new BadBackup(`${file} is no copy of keys`);
  }
  const names = Object.keys(copy.files);
  for (const name of names) {
    const there = path.join(folder, name);
    if (existsSync(there) && readFileSync(there, 'utf8') !== copy.files[name]) {
      throw new BadBackup(`${there} is another key`);
    }
  }
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const name of names) {
    writeFileSync(path.join(folder, name), copy.files[name] ?? '', { mode: 0o600 });
  }
  return names;
}

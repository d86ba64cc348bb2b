/**
 * Lays a planted bug over a source file while it is loaded, so that the product itself has no
 * switches for bugs. A text that is not there (any more), or more than once, is an error.
 */
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { findMutant, type Mutant } from './mutants.ts';

const ROOT = path.resolve(import.meta.dirname, '../../..');
/** Where migrations are read; a bug in SQL is laid over the text that it reads. */
const MIGRATE = 'apps/server/src/database/migrate.ts';
const READS_SQL = "readFileSync(path.join(FOLDER, name), 'utf8')";

/** The mutant's source, mutated. Throws when its text does not stand there exactly once. */
export function mutatedSource({ name, file, find, replace }: Mutant): string {
  const source = readFileSync(path.join(ROOT, file), 'utf8');
  const times = source.split(find).length - 1;
  if (times !== 1) throw new Error(`mutant ${name}: ${file} has its text ${times} times`);
  return source.replace(find, () => replace);
}

/** From now on the mutated file is loaded in the place of the sound one. */
export function layPatch(name: string): void {
  const mutant = findMutant(name);
  const text = mutatedSource(mutant);
  const isSql = mutant.file.endsWith('.sql');
  const url = pathToFileURL(path.join(ROOT, isSql ? MIGRATE : mutant.file)).href;
  registerHooks({
    load(loaded, context, next) {
      if (loaded !== url) return next(loaded, context);
      const source = isSql ? withSql(mutant, text) : text;
      return { format: 'module-typescript', source, shortCircuit: true };
    },
  });
}

function withSql({ name, file }: Mutant, text: string): string {
  const source = readFileSync(path.join(ROOT, MIGRATE), 'utf8');
  if (!source.includes(READS_SQL)) throw new Error(`mutant ${name}: ${MIGRATE} reads otherwise`);
  const own = JSON.stringify(path.basename(file));
  const read = `(name === ${own} ? ${JSON.stringify(text)} : ${READS_SQL})`;
  return source.replace(READS_SQL, () => read);
}

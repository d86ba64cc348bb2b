/** Every value cites a clause that stands in `clauses.json`, and every clause has a case. */
import type { Path } from './json-file.ts';
import type { Report } from './problem.ts';
import type { Sources } from './sources.ts';

/** Checks the citations of all files, both ways. */
export function checkClauses(sources: Sources, report: Report): void {
  const { clauses } = sources;
  if (clauses === undefined) return;
  const known = new Set<string>(clauses.value.map(({ id }) => id));
  const refuse = (name: string, line: number, clause: string): void =>
    report(name, line, `the clause ${clause} is not in clauses.json`);
  const { programme, parameters, lines, sites, assertions, waivers } = sources;
  for (const file of [programme, parameters, lines, sites, assertions]) {
    for (const [path, clause] of citationsIn(file?.value, [])) {
      if (file !== undefined && !known.has(clause)) refuse(file.name, file.lineAt(path), clause);
    }
  }
  for (const { name, rows } of waivers.values()) {
    for (const { line, value } of rows) {
      if (!known.has(value.clause)) refuse(name, line, value.clause);
    }
  }
  const shown = new Set<string>();
  for (const file of sources.cases) {
    for (const [index, one] of file.value.entries()) {
      for (const [place, clause] of one.clauses.entries()) {
        shown.add(clause);
        if (!known.has(clause)) {
          refuse(file.name, file.lineAt([index, 'clauses', place]), clause);
        }
      }
    }
  }
  for (const [index, { id }] of clauses.value.entries()) {
    if (shown.has(id)) continue;
    report(clauses.name, clauses.lineAt([index, 'id']), `no case in cases/ shows the clause ${id}`);
  }
}

function citationsIn(value: unknown, path: Path): [Path, string][] {
  if (typeof value !== 'object' || value === null) return [];
  const found: [Path, string][] = [];
  for (const [key, inner] of Object.entries(value)) {
    const step = Array.isArray(value) ? Number(key) : key;
    if (key === 'clause' && typeof inner === 'string') found.push([[...path, key], inner]);
    else found.push(...citationsIn(inner, [...path, step]));
  }
  return found;
}

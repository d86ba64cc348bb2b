/** Lines, stations, partners and the names of all places: each name once, each reference known. */
import type { Path } from './json-file.ts';
import type { Report } from './problem.ts';
import type { Sources } from './sources.ts';

/** Checks lines against partners and stations against lines. */
export function checkLines(sources: Sources, report: Report): void {
  const { lines, stations } = sources;
  if (lines === undefined) return;
  const partners = new Set(lines.value.partners.map(({ id }) => id));
  const metro = new Map<string, number[]>();
  for (const [index, line] of lines.value.lines.entries()) {
    if (line.mode === 'metro') metro.set(line.id, []);
    if (partners.has(line.partner)) continue;
    report(
      lines.name,
      lines.lineAt(['lines', index, 'partner']),
      `${line.id}: the partner ${line.partner} is not among the partners`,
    );
  }
  if (stations === undefined) return;
  for (const { line, value } of stations.rows) {
    const metres = metro.get(value.line);
    if (metres === undefined) {
      report(stations.name, line, `${value.id}: ${value.line} is not a metro line of lines.json`);
      continue;
    }
    const before = metres.at(-1);
    if (before === undefined ? value.metres !== 0 : value.metres <= before) {
      const due = before === undefined ? 'a line begins at 0' : `they rise from ${before}`;
      report(stations.name, line, `${value.id}: the metres are ${value.metres}, but ${due}`);
    }
    metres.push(value.metres);
  }
  for (const [index, { id }] of lines.value.lines.entries()) {
    if (metro.get(id)?.length !== 0 || !stations.whole) continue;
    report(lines.name, lines.lineAt(['lines', index, 'id']), `${id}: the line has no station`);
  }
}

interface Named {
  readonly id: string;
  readonly file: string;
  readonly line: number;
}

/** Checks that no name stands twice where one place, partner or clause is looked up by it. */
export function checkNames(sources: Sources, report: Report): void {
  const { clauses, lines, stations, sites, hospitals, programme } = sources;
  const listOf = (
    file: { name: string; lineAt(path: Path): number } | undefined,
    values: readonly { id: string }[] | undefined,
    path: Path,
  ): Named[] =>
    (values ?? []).map(({ id }, index) => ({
      id,
      file: file?.name ?? '',
      line: file?.lineAt([...path, index, 'id']) ?? 1,
    }));
  const stops = (stations?.rows ?? []).map(({ line, value }) => ({
    id: value.id,
    file: stations?.name ?? '',
    line,
  }));
  const settled = [...listOf(hospitals, hospitals?.value, []), ...listOf(sites, sites?.value, [])];
  const groups: readonly (readonly Named[])[] = [
    listOf(programme, programme?.value.versions, ['versions']),
    listOf(clauses, clauses?.value, []),
    listOf(lines, lines?.value.lines, ['lines']),
    [...settled, ...listOf(lines, lines?.value.partners, ['partners'])],
    [...settled, ...stops],
  ];
  for (const group of groups) {
    const seen = new Map<string, Named>();
    for (const named of group) {
      const first = seen.get(named.id);
      seen.set(named.id, named);
      if (first === undefined) continue;
      const place = `${first.file}:${first.line}`;
      report(named.file, named.line, `the name ${named.id} is taken already, at ${place}`);
    }
  }
}

/** The documents hold together: links lead somewhere, both languages tell the same way. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { expectNone, FILES, findAll, getFile, type Offence, ROOT, type TreeFile } from './tree.ts';

const documents = FILES.filter(({ name }) => name.endsWith('.md'));
const LINK = /\]\(([^)\s]+)(?:\s+"[^"]*")?\)|(?:src|href)="([^"]+)"/g;

/** The text of a document's lines with fenced blocks left empty. */
function proseOf({ lines }: TreeFile): string[] {
  let fenced = false;
  return lines.map((line) => {
    if (line.startsWith('```')) fenced = !fenced;
    return fenced ? '' : line;
  });
}

/** The anchors that the headings of a document have. */
function anchorsOf(file: TreeFile): Set<string> {
  const headings = proseOf(file).filter((line) => /^#{1,6} /.test(line));
  return new Set(
    headings.map((heading) =>
      heading
        .replace(/^#+ /, '')
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .replace(/\s/g, '-'),
    ),
  );
}

function judgeLink(file: TreeFile, link: string): string | undefined {
  if (/^[a-z]+:/.test(link)) return undefined;
  const [to = '', anchor] = link.split('#');
  const target = to === '' ? file.name : path.posix.join(path.posix.dirname(file.name), to);
  if (!existsSync(path.join(ROOT, target))) return `leads nowhere: ${link}`;
  if (anchor === undefined || !target.endsWith('.md')) return undefined;
  return anchorsOf(getFile(target)).has(anchor) ? undefined : `no such heading: ${link}`;
}

test('every relative link leads to a file and a heading that exist', () => {
  expectNone(
    documents.flatMap((file) =>
      proseOf(file).flatMap((line, index) =>
        [...line.matchAll(LINK)].flatMap((match): Offence[] => {
          const what = judgeLink(file, match[1] ?? match[2] ?? '');
          return what === undefined ? [] : [{ file: file.name, line: index + 1, what }];
        }),
      ),
    ),
  );
});

/** The commands of the shell blocks, without comments, joined where a line goes on. */
function commandsOf({ text }: TreeFile): string[] {
  const blocks = [...text.matchAll(/^```sh\n(.*?)^```/gms)].map((match) => match[1] ?? '');
  return blocks
    .join('\n')
    .replace(/\\\n\s*/g, '')
    .split('\n')
    .map((line) => line.replace(/\s+#\s.*$/, '').trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}

test('README.md and README.zh-CN.md have the same commands', () => {
  const english = commandsOf(getFile('README.md'));
  expect(english.length).toBeGreaterThan(0);
  expect(commandsOf(getFile('README.zh-CN.md'))).toEqual(english);
});

test('no file names a path of somebody’s machine', () => {
  const place = /(^|[\s"'`(=:])\/(work|root|home\/\w+|Users\/\w+)\/|[A-Z]:\\Users\\/;
  expectNone(findAll(FILES, place, (found) => `names ${found.trim()}`));
});

test('the decisions are numbered without a gap, one page each', () => {
  const records = documents.filter(({ name }) => /^docs\/adr\/\d/.test(name));
  const offences = records.flatMap(({ name, lines }, index): Offence[] => {
    const number = String(index + 1).padStart(4, '0');
    const line = 1;
    const wrong = !path.basename(name).startsWith(`${number}-`);
    const heads = ['## Context', '## Decision', '## Consequence'];
    return [
      ...(wrong ? [{ file: name, line, what: `should be number ${number}` }] : []),
      ...heads
        .filter((head) => !lines.includes(head))
        .map((head) => ({ file: name, line, what: `has no heading "${head}"` })),
      ...(lines.length > 60 ? [{ file: name, line: 61, what: 'is longer than a page' }] : []),
    ];
  });
  expectNone(offences);
});

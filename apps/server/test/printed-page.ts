/** For tests: what is on a printed page, seen as a reader, a scanner and a ruler see it. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A box on the page, in millimetres from its upper left corner. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

const POINT_MM = 25.4 / 72;
const DOT_MM = 25.4 / 300;

/** Runs programs of poppler-utils and zbar-tools over a PDF of one page. */
function over<T>(pdf: Uint8Array, look: (at: (name: string) => string, run: Run) => T): T {
  const folder = mkdtempSync(path.join(tmpdir(), 'liyu-paper-'));
  const run: Run = (program, ...argv) =>
    execFileSync(program, argv, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    writeFileSync(path.join(folder, 'page.pdf'), pdf);
    return look((name) => path.join(folder, name), run);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

type Run = (program: string, ...argv: string[]) => string;

/** The words on the page, without any space between them. */
export function readWords(pdf: Uint8Array): string {
  return over(pdf, (at, run) =>
    run('pdftotext', '-raw', at('page.pdf'), '-').replaceAll(/\s/g, ''),
  );
}

/** What a scanner reads from the page at 200 dots an inch. */
export function scanPage(pdf: Uint8Array): string[] {
  return over(pdf, (at, run) => {
    run('pdftoppm', '-r', '200', '-gray', '-png', '-singlefile', at('page.pdf'), at('scan'));
    return run('zbarimg', '-q', '--raw', at('scan.png')).trim().split('\n');
  });
}

/** Where the code's black squares lie, by the geometry of the file. */
export function measureCode(pdf: Uint8Array): Box {
  return over(pdf, (at, run) => {
    run('pdftocairo', '-svg', at('page.pdf'), at('page.svg'));
    return codeBoxOf(readFileSync(at('page.svg'), 'utf8'));
  });
}

/** How many dots of each box are not white, at 300 dots an inch. */
export function countDarkDots(pdf: Uint8Array, boxes: readonly Box[]): number[] {
  return over(pdf, (at, run) => {
    run('pdftoppm', '-r', '300', '-gray', '-singlefile', at('page.pdf'), at('dots'));
    const dots = readGrey(readFileSync(at('dots.pgm')));
    return boxes.map((box) => countDark(dots, box));
  });
}

/** The longest black path is the code's. */
function codeBoxOf(svg: string): Box {
  const paths = [...svg.matchAll(/fill:rgb\(0%,0%,0%\);[^>]* d="([^"]+)"/g)].map(([, d = '']) => d);
  const [code = ''] = paths.toSorted((one, other) => other.length - one.length);
  const points = [...code.matchAll(/[ML] ([\d.]+) ([\d.]+)/g)].map(([, x, y]) => [
    Number(x) * POINT_MM,
    Number(y) * POINT_MM,
  ]);
  const [xs, ys] = [0, 1].map((axis) => points.map((point) => point[axis] ?? Number.NaN));
  if (xs === undefined || ys === undefined || xs.length === 0) throw new Error('no code is drawn');
  return {
    left: Math.min(...xs),
    top: Math.min(...ys),
    right: Math.max(...xs),
    bottom: Math.max(...ys),
  };
}

interface Grey {
  readonly width: number;
  readonly dots: Uint8Array;
}

function readGrey(file: Buffer): Grey {
  const [head = '', width = ''] = /^P5\s+(\d+)\s+\d+\s+255\s/.exec(file.toString('latin1')) ?? [];
  return { width: Number(width), dots: file.subarray(head.length) };
}

function countDark({ width, dots }: Grey, box: Box): number {
  let dark = 0;
  for (let y = Math.ceil(box.top / DOT_MM); y < Math.floor(box.bottom / DOT_MM); y += 1) {
    for (let x = Math.ceil(box.left / DOT_MM); x < Math.floor(box.right / DOT_MM); x += 1) {
      if ((dots[y * width + x] ?? 0) < 250) dark += 1;
    }
  }
  return dark;
}

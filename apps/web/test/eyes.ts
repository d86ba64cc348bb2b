/** Other eyes than the page's own: two readers of codes, and a film for the gate's camera. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { encode } from 'uqr';
import { prepareZXingModule, type ReadResult, readBarcodes } from 'zxing-wasm/reader';

const wasm = createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm');
prepareZXingModule({ overrides: { wasmBinary: new Uint8Array(readFileSync(wasm)).buffer } });

/** Every code that zbarimg finds in a picture, each once. */
export function readWithZbar(file: string): string[] {
  const found = execFileSync(
    'zbarimg',
    ['--quiet', '--raw', '-Sdisable', '-Sqrcode.enable', file],
    {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  );
  return [...new Set(found.split('\n').filter((line) => line !== ''))];
}

/** The one code in a picture as zxing sees it, with its version and level; throws if there is none. */
export async function readWithZxing(picture: Uint8Array): Promise<ReadResult> {
  const [found] = await readBarcodes(picture, { formats: ['QRCode'], maxNumberOfSymbols: 1 });
  if (!found?.isValid) throw new Error('zxing finds no code in the picture');
  return found;
}

/** The modules of a code at level M with its quiet zone; true is black. */
export function modulesOf(text: string): boolean[][] {
  return encode(text, { ecc: 'M', border: 4 }).data;
}

const WIDTH = 640;
const HEIGHT = 480;
const MODULE = 6;

/** Writes two seconds of a phone that is held still before a camera (YUV4MPEG2). */
export function writeFilm(file: string, text: string): void {
  const modules = modulesOf(text);
  const luma = Buffer.alloc(WIDTH * HEIGHT, 120);
  const left = (WIDTH - modules.length * MODULE) >> 1;
  const top = (HEIGHT - modules.length * MODULE) >> 1;
  modules.forEach((row, y) => {
    row.forEach((isBlack, x) => {
      for (let line = 0; line < MODULE; line += 1) {
        const start = (top + y * MODULE + line) * WIDTH + left + x * MODULE;
        luma.fill(isBlack ? 16 : 235, start, start + MODULE);
      }
    });
  });
  const frame = [Buffer.from('FRAME\n'), luma, Buffer.alloc((WIDTH * HEIGHT) / 2, 128)];
  const head = Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F10:1 Ip A1:1 C420jpeg\n`);
  writeFileSync(file, Buffer.concat([head, ...Array.from({ length: 20 }, () => frame).flat()]));
}

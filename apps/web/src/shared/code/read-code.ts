/** Reads a code out of a picture with zxing, whose wasm is served by ourselves. */
import wasmAddress from 'zxing-wasm/reader/zxing_reader.wasm?url';

/** A corner of the code in the picture, in pixels. */
export interface Corner {
  readonly x: number;
  readonly y: number;
}

/** What was read and how: the code's text, its corners, how long it took. */
export interface Reading {
  readonly text: string;
  readonly corners: readonly Corner[];
  readonly milliseconds: number;
}

async function loadReader() {
  const zxing = await import('zxing-wasm/reader');
  // The library's own default is a foreign host; this file is ours.
  await zxing.prepareZXingModule({
    overrides: { locateFile: () => wasmAddress },
    fireImmediately: true,
  });
  return zxing;
}

let loading: ReturnType<typeof loadReader> | undefined;

/** Fetches the reader ahead of its first use; late, because the phone must be on screen first. */
export function prepareReader(): ReturnType<typeof loadReader> {
  loading ??= loadReader();
  return loading;
}

/** Reads a code out of a picture; undefined when there is none in it. */
export async function findCode(picture: HTMLCanvasElement): Promise<Reading | undefined> {
  const { readBarcodes } = await prepareReader();
  const context = picture.getContext('2d', { willReadFrequently: true });
  if (!context) return undefined;
  const pixels = context.getImageData(0, 0, picture.width, picture.height);
  const startedAt = performance.now();
  const [found] = await readBarcodes(pixels, { formats: ['QRCode'], maxNumberOfSymbols: 1 });
  if (!found?.isValid) return undefined;
  const { topLeft, topRight, bottomRight, bottomLeft } = found.position;
  return {
    text: found.text,
    corners: [topLeft, topRight, bottomRight, bottomLeft],
    milliseconds: Math.max(1, Math.round(performance.now() - startedAt)),
  };
}

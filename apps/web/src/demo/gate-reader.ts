/** The gate's eye: takes a picture of a screen and reads the code out of it with zxing. */
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

/** Width and height of the gate's picture, in pixels. */
export const PICTURE_SIZE = 480;

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

/** A picture of a phone's screen as a gate's camera sees it: a little turned, on grey. */
export function takePicture(screen: HTMLCanvasElement, turnDegrees: number): HTMLCanvasElement {
  const picture = document.createElement('canvas');
  picture.width = PICTURE_SIZE;
  picture.height = PICTURE_SIZE;
  const context = picture.getContext('2d', { willReadFrequently: true });
  if (!context) return picture;
  context.fillStyle = '#77716a';
  context.fillRect(0, 0, PICTURE_SIZE, PICTURE_SIZE);
  context.translate(PICTURE_SIZE / 2, PICTURE_SIZE / 2);
  context.rotate((turnDegrees * Math.PI) / 180);
  const side = PICTURE_SIZE * 0.88;
  context.drawImage(screen, -side / 2, -side / 2, side, side);
  return picture;
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

/** Draws the corners that were found over the gate's picture. */
export function markCorners(picture: HTMLCanvasElement, corners: readonly Corner[]): void {
  const context = picture.getContext('2d', { willReadFrequently: true });
  if (!context) return;
  context.resetTransform();
  context.strokeStyle = '#2f9e58';
  context.lineWidth = 10;
  context.lineJoin = 'round';
  context.beginPath();
  corners.forEach(({ x, y }, at) => {
    if (at === 0) context.moveTo(x, y);
    else context.lineTo(x, y);
  });
  context.closePath();
  context.stroke();
}

/**
 * Draws a code: black on pure white, four modules of quiet zone, whole device pixels a module.
 * Nothing about it is ever tinted, rounded or decorated.
 */
import { encode } from 'uqr';

/** Modules of white on every side (ISO/IEC 18004). */
export const QUIET_MODULES = 4;

/** A code as modules: true is black; the quiet zone is not in it. */
export interface CodeModules {
  readonly version: number;
  readonly rows: readonly (readonly boolean[])[];
}

/** Turns a code's text into modules at error correction level M. */
export function layOutCode(text: string): CodeModules {
  const { version, data } = encode(text, { ecc: 'M', border: 0 });
  return { version, rows: data };
}

/**
 * Draws modules on a canvas, as large as fits into `widthPx` CSS pixels in whole device pixels a
 * module, and sets the canvas's size so that the browser never has to scale it.
 */
export function drawCode(canvas: HTMLCanvasElement, modules: CodeModules, widthPx: number): void {
  const across = modules.rows.length + QUIET_MODULES * 2;
  const density = window.devicePixelRatio || 1;
  const module = Math.max(1, Math.floor((widthPx * density) / across));
  const size = across * module;
  canvas.width = size;
  canvas.height = size;
  canvas.style.width = `${size / density}px`;
  canvas.style.height = `${size / density}px`;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) return;
  context.fillStyle = '#ffffff';
  context.fillRect(0, 0, size, size);
  context.fillStyle = '#000000';
  modules.rows.forEach((row, y) => {
    row.forEach((isBlack, x) => {
      if (!isBlack) return;
      context.fillRect((x + QUIET_MODULES) * module, (y + QUIET_MODULES) * module, module, module);
    });
  });
}

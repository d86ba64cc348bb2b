/** The code on a page: a canvas in a square of pure white, redrawn when its text changes. */
import type { RefObject } from 'preact';
import { useLayoutEffect } from 'preact/hooks';
import { drawCode, layOutCode } from './draw-code.ts';

/** Shows a code's text; `canvasRef` lets a gate look at the very picture. */
export function CodeCanvas(props: {
  text: string;
  widthPx: number;
  label: string;
  canvasRef: RefObject<HTMLCanvasElement | null>;
}) {
  const { text, widthPx, label, canvasRef } = props;
  useLayoutEffect(() => {
    const canvas = canvasRef.current;
    if (canvas && text !== '') drawCode(canvas, layOutCode(text), widthPx);
  }, [text, widthPx, canvasRef]);
  return <canvas class="code-canvas" ref={canvasRef} role="img" aria-label={label} />;
}

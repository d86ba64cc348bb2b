/** A page that nobody touches for a while is told so. */
import { useEffect, useRef } from 'preact/hooks';

const SIGNS = ['keydown', 'pointerdown', 'pointermove', 'wheel', 'touchstart'] as const;

/** Calls `onIdle` once nobody has touched the page for so long. */
export function useIdle(afterMs: number, onIdle: () => void): void {
  const told = useRef(onIdle);
  told.current = onIdle;
  useEffect(() => {
    let timer = setTimeout(() => told.current(), afterMs);
    const again = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => told.current(), afterMs);
    };
    for (const sign of SIGNS) addEventListener(sign, again, { passive: true });
    return () => {
      clearTimeout(timer);
      for (const sign of SIGNS) removeEventListener(sign, again);
    };
  }, [afterMs]);
}

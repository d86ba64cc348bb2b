/** Dragging the phone onto the gate with a mouse or pen; a button does the same without. */
import type { RefObject } from 'preact';
import { useRef } from 'preact/hooks';

interface Grip {
  readonly x: number;
  readonly y: number;
}

/** Event handlers for what is dragged; `onDrop` is called when it is let go over the target. */
export function useDrag(targetRef: RefObject<HTMLElement | null>, onDrop: () => void) {
  const grip = useRef<Grip | undefined>(undefined);

  /** Puts the dragged thing back and says whether it lay over the target. */
  function letGo(dragged: HTMLElement, x: number, y: number): boolean {
    grip.current = undefined;
    dragged.style.translate = '';
    delete dragged.dataset.dragged;
    const target = targetRef.current?.getBoundingClientRect();
    if (!target) return false;
    return x > target.left && x < target.right && y > target.top && y < target.bottom;
  }

  return {
    onPointerDown(event: PointerEvent & { currentTarget: HTMLElement }) {
      // A finger scrolls; it has the button.
      if (event.pointerType === 'touch' || event.button !== 0) return;
      if (event.target instanceof Element && event.target.closest('button')) return;
      event.preventDefault();
      grip.current = { x: event.clientX, y: event.clientY };
      event.currentTarget.setPointerCapture(event.pointerId);
      event.currentTarget.dataset.dragged = '';
    },
    onPointerMove(event: PointerEvent & { currentTarget: HTMLElement }) {
      const from = grip.current;
      if (!from) return;
      const x = event.clientX - from.x;
      const y = event.clientY - from.y;
      event.currentTarget.style.translate = `${x}px ${y}px`;
    },
    onPointerUp(event: PointerEvent & { currentTarget: HTMLElement }) {
      if (!grip.current) return;
      if (letGo(event.currentTarget, event.clientX, event.clientY)) onDrop();
    },
    onPointerCancel(event: PointerEvent & { currentTarget: HTMLElement }) {
      if (grip.current) letGo(event.currentTarget, Number.NaN, Number.NaN);
    },
  };
}

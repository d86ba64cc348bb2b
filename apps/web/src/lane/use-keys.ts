/**
 * The keyboard of the lane. A scanner types like a person, only faster, and ends with Enter: what
 * is typed anywhere goes to the field. With nothing typed, the keys of the number pad work.
 */
import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

/** What keys do. */
export interface KeyDeeds {
  submit(typed: string): void;
  clear(): void;
  printSlip(): void;
  turn(): void;
  camera(): void;
  lock(): void;
  stepReason(step: 1 | -1): void;
}

/** The deed of a key while nothing is typed; those of the number pad suffice for one hand. */
function deedOf(key: string, deeds: KeyDeeds): (() => void) | undefined {
  switch (key) {
    case 'ArrowUp':
      return () => deeds.stepReason(-1);
    case 'ArrowDown':
      return () => deeds.stepReason(1);
    case '+':
      return deeds.printSlip;
    case '*':
      return deeds.turn;
    default:
      return undefined;
  }
}

/** The deed of a key at any time. */
function deedAlways(key: string, deeds: KeyDeeds): (() => void) | undefined {
  switch (key) {
    case 'Escape':
      return deeds.clear;
    case 'F2':
      return deeds.printSlip;
    case 'F3':
      return deeds.turn;
    case 'F4':
      return deeds.camera;
    case 'F9':
      return deeds.lock;
    default:
      return undefined;
  }
}

/** Listens while the page is open for work. */
export function useKeys(fieldRef: RefObject<HTMLInputElement | null>, deeds: KeyDeeds): void {
  const current = useRef(deeds);
  current.current = deeds;
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const field = fieldRef.current;
      if (!field || event.ctrlKey || event.metaKey || event.altKey) return;
      const at = event.target;
      const isElsewhere = at !== field && at instanceof HTMLElement;
      const isControl = isElsewhere && /^(SELECT|BUTTON|A|INPUT)$/.test(at.tagName);
      const deed =
        deedAlways(event.key, current.current) ??
        (field.value === '' && !(isControl && event.key.startsWith('Arrow'))
          ? deedOf(event.key, current.current)
          : undefined);
      if (deed !== undefined) {
        event.preventDefault();
        deed();
        return;
      }
      // Enter and space press what has the focus, unless a scan is coming in.
      if (event.key === 'Enter') {
        if (isControl && field.value === '') return;
        event.preventDefault();
        const typed = field.value;
        field.value = '';
        current.current.submit(typed);
        return;
      }
      if (!isElsewhere || event.key.length !== 1 || (isControl && event.key === ' ')) return;
      field.focus();
      field.value += event.key;
      event.preventDefault();
    };
    addEventListener('keydown', onKey, { capture: true });
    return () => removeEventListener('keydown', onKey, { capture: true });
  }, [fieldRef]);
}

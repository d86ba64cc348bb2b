/** The clerk's desk: what was typed or scanned, what the lane says to it, and what is done then. */
import { useCallback, useRef, useState } from 'preact/hooks';
import type { Direction, Lane } from './lane.ts';
import type { LookUp, NoLookUp } from './look-up.ts';
import { readShown } from './shown.ts';
import { clock } from './system.ts';
import { sound } from './tone.ts';
import { canAdmit, REASONS, type ReasonId, type Remark, toneOf, type View } from './view.ts';

/** The desk as the page sees it. */
export interface Desk {
  readonly view: View;
  readonly direction: Direction;
  readonly reason: ReasonId;
  /** Takes what was typed or scanned; nothing typed admits, where somebody may be admitted. */
  submit(typed: string): Promise<void>;
  admit(): Promise<void>;
  clear(): void;
  turn(): void;
  chooseReason(reason: ReasonId): void;
  /** The reason before or after the chosen one. */
  stepReason(step: 1 | -1): void;
}

function remarkOf(found: LookUp | NoLookUp | undefined): Remark | undefined {
  if (found === 'signed_out') return 'signedOut';
  return found === 'too_many_look_ups' ? 'tooMany' : undefined;
}

/** What is kept when something is left out rather than undefined. */
function withRemark<T extends object>(
  view: T,
  remark: Remark | undefined,
): T & { remark?: Remark } {
  return remark === undefined ? view : { ...view, remark };
}

/** A desk at the lane, for the clerk who is signed in; `textOf` says a reason in words. */
export function useDesk(lane: Lane, clerk: string, textOf: (reason: ReasonId) => string): Desk {
  const [view, setView] = useState<View>({ phase: 'waiting' });
  const [direction, setDirection] = useState<Direction>('in');
  const [reason, setReason] = useState<ReasonId>('no_phone');
  /** Only the newest question may change what is shown, and one is asked at a time. */
  const turnRef = useRef(0);
  const isBusy = useRef(false);

  const show = useCallback((next: View): void => {
    setView(next);
    const tone = toneOf(next);
    if (tone !== undefined) sound(tone);
  }, []);

  const work = useCallback(
    async (ask: () => Promise<View>): Promise<void> => {
      if (isBusy.current) return;
      isBusy.current = true;
      turnRef.current += 1;
      const mine = turnRef.current;
      setView({ phase: 'working' });
      try {
        const next = await ask();
        if (mine === turnRef.current) show(next);
      } finally {
        isBusy.current = false;
      }
    },
    [show],
  );

  const admit = useCallback(async (): Promise<void> => {
    if (view.phase !== 'found' && view.phase !== 'unknown') return;
    if (!canAdmit(view)) return;
    const { shown } = view;
    const known = view.phase === 'found' ? { found: view.found } : {};
    await work(async () => {
      const answer = await lane.admit(shown, direction, clerk, textOf(reason));
      return { phase: 'admitted', answer, reason, atMs: clock.wall(), ...known };
    });
  }, [view, work, lane, direction, clerk, reason, textOf]);

  const submit = useCallback(
    async (typed: string): Promise<void> => {
      if (typed.trim() === '') return admit();
      const shown = readShown(typed);
      if (shown === undefined) return setView({ phase: 'waiting', remark: 'tooShort' });
      await work(async () => {
        if ('code' in shown) {
          const { answer, found } = await lane.scan(shown.code, direction);
          const known = typeof found === 'object' ? { found } : {};
          const answered = { phase: 'answered', answer, atMs: clock.wall(), ...known } as const;
          return withRemark(answered, remarkOf(found));
        }
        const found = await lane.find(shown, direction);
        if (typeof found === 'object') return { phase: 'found', shown, found };
        const remark = remarkOf(found);
        // The server is there and says no to the clerk: nobody is let in unseen.
        if (remark !== undefined) return { phase: 'waiting', remark };
        const lacks = lane.canSeal() ? undefined : 'noSealingKey';
        return withRemark({ phase: 'unknown', shown } as const, lacks);
      });
    },
    [admit, work, lane, direction],
  );

  const clear = useCallback((): void => {
    turnRef.current += 1;
    setView({ phase: 'waiting' });
  }, []);
  const stepReason = useCallback((step: 1 | -1): void => {
    setReason((before) => {
      const at = REASONS.indexOf(before) + step + REASONS.length;
      return REASONS[at % REASONS.length] ?? before;
    });
  }, []);
  const turn = useCallback(() => setDirection((way) => (way === 'in' ? 'out' : 'in')), []);
  return {
    view,
    direction,
    reason,
    submit,
    admit,
    clear,
    turn,
    chooseReason: setReason,
    stepReason,
  };
}

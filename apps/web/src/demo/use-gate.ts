/** The gate: it looks at a picture, reads the code out of it, asks the server, opens or not. */
import { useCallback, useRef, useState } from 'preact/hooks';
import { findCode } from '../shared/code/read-code.ts';
import { client, type FallbackRequest, type RedemptionAnswer, type Visit } from './client.ts';
import { markCorners } from './gate-reader.ts';
import type { Place } from './places.ts';
import { waitForPaint } from './use-phone.ts';

/** What the gate shows. */
export type GateView =
  | { readonly phase: 'waiting' }
  | { readonly phase: 'reading' }
  | { readonly phase: 'unread' }
  | { readonly phase: 'fault'; readonly thrown: unknown }
  | {
      readonly phase: 'answered';
      readonly place: Place;
      readonly answer: RedemptionAnswer;
      readonly isByStaff: boolean;
      /** How long reading took, in milliseconds, and how many characters came out. */
      readonly reading?: readonly [number, number];
    };

/** What a desk adds to a code, and what the demo may set. */
export interface HoldOptions extends Visit {
  readonly at?: string;
}

/** The gate as the page sees it. */
export interface Gate {
  readonly view: GateView;
  readonly picture: HTMLCanvasElement | undefined;
  /** Looks at a picture and answers; true if it opened. */
  look(picture: HTMLCanvasElement, place: Place, options?: HoldOptions): Promise<boolean>;
  /** Lets somebody in by staff. */
  admit(request: FallbackRequest, place: Place): Promise<void>;
  /** Goes back to waiting. */
  rest(): void;
}

const settle = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

/** How long the gate's light runs over the picture, so that a person sees what happens. */
const LOOKING_MS = 420;

/** `onAnswered` is told after every answer, when there is a new line in the ledger. */
export function useGate(onAnswered: () => void): Gate {
  const [view, setView] = useState<GateView>({ phase: 'waiting' });
  const [picture, setPicture] = useState<HTMLCanvasElement>();
  const turn = useRef(0);

  const look = useCallback(
    async (taken: HTMLCanvasElement, place: Place, options: HoldOptions = {}) => {
      turn.current += 1;
      const mine = turn.current;
      setPicture(taken);
      setView({ phase: 'reading' });
      try {
        const [reading] = await Promise.all([findCode(taken), waitForPaint(), settle(LOOKING_MS)]);
        if (mine !== turn.current) return false;
        if (!reading) {
          setView({ phase: 'unread' });
          return false;
        }
        markCorners(taken, reading.corners);
        const { answer } = await client.redeem({
          code: reading.text,
          venue: place.venue.id,
          ...(place.direction ? { direction: place.direction } : {}),
          ...options,
        });
        const { milliseconds, text } = reading;
        onAnswered();
        if (mine !== turn.current) return answer.open;
        setView({
          phase: 'answered',
          place,
          answer,
          isByStaff: false,
          reading: [milliseconds, text.length],
        });
        return answer.open;
      } catch (thrown) {
        if (mine === turn.current) setView({ phase: 'fault', thrown });
        return false;
      }
    },
    [onAnswered],
  );

  const admit = useCallback(
    async (request: FallbackRequest, place: Place) => {
      turn.current += 1;
      setPicture(undefined);
      try {
        const { answer } = await client.admitByStaff(request);
        setView({ phase: 'answered', place, answer, isByStaff: true });
        onAnswered();
      } catch (thrown) {
        setView({ phase: 'fault', thrown });
      }
    },
    [onAnswered],
  );

  const rest = useCallback(() => {
    turn.current += 1;
    setPicture(undefined);
    setView({ phase: 'waiting' });
  }, []);

  return { view, picture, look, admit, rest };
}

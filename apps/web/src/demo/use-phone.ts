/** The phone: whose card it shows, and the live code that it redraws every ten seconds. */
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { SampleDonor } from './client.ts';
import type { ServerClock } from './clock.ts';
import { type DrawnCode, openWallet, REDRAW_SECONDS, type Wallet } from './wallet.ts';

/** Waits until what was just rendered has been painted. */
export function waitForPaint(): Promise<void> {
  return new Promise((resolve) => {
    requestAnimationFrame(() => requestAnimationFrame(() => resolve()));
  });
}

/** The phone as the page sees it. */
export interface Phone {
  readonly donor: SampleDonor | undefined;
  readonly code: DrawnCode | undefined;
  readonly fault: unknown;
  /** Shows a donor's card and draws a code for it. */
  show(donor: SampleDonor): Promise<void>;
  /** Draws the next code at once and waits until it is on the screen. */
  redraw(): Promise<void>;
}

/** Keeps a wallet a donor, so that going back to one costs nothing. */
export function usePhone(clock: ServerClock): Phone {
  const [donor, setDonor] = useState<SampleDonor>();
  const [code, setCode] = useState<DrawnCode>();
  const [fault, setFault] = useState<unknown>();
  const wallets = useRef(new Map<string, Promise<Wallet>>());
  const shown = useRef<Wallet | undefined>(undefined);
  const wanted = useRef('');

  const redraw = useCallback(async () => {
    const wallet = shown.current;
    if (!wallet) return;
    const drawn = await wallet.drawCode();
    if (shown.current !== wallet) return;
    setCode(drawn);
    await waitForPaint();
  }, []);

  const show = useCallback(
    async (next: SampleDonor) => {
      shown.current = undefined;
      wanted.current = next.donorId;
      setDonor(next);
      setCode(undefined);
      setFault(undefined);
      const kept = wallets.current.get(next.donorId) ?? openWallet(next.donorId, clock);
      wallets.current.set(next.donorId, kept);
      try {
        const wallet = await kept;
        if (wanted.current !== next.donorId) return;
        shown.current = wallet;
        await redraw();
      } catch (thrown) {
        wallets.current.delete(next.donorId);
        if (wanted.current === next.donorId) setFault(thrown);
      }
    },
    [clock, redraw],
  );

  useEffect(() => {
    if (!code) return;
    const dueInMs = code.drawnAtMs + REDRAW_SECONDS * 1000 - clock.nowMs();
    const timer = setTimeout(() => void redraw(), Math.max(0, dueInMs));
    return () => clearTimeout(timer);
  }, [code, clock, redraw]);

  return { donor, code, fault, show, redraw };
}

/** The server's time, again and again, for what counts seconds on the page. */
export function useNow(clock: ServerClock, everyMs: number): number {
  const [nowMs, setNowMs] = useState(() => clock.nowMs());
  useEffect(() => {
    const timer = setInterval(() => setNowMs(clock.nowMs()), everyMs);
    return () => clearInterval(timer);
  }, [clock, everyMs]);
  return nowMs;
}

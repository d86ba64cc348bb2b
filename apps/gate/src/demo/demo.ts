/** What one can do in the demo, and what the page shows of it. Development only, loopback only. */
import type { MachineClock } from '../clock.ts';
import type { CutLine } from './cut-line.ts';
import type { DemoGate } from './demo-gate.ts';
import { bindPhone, type Phone, type Setting } from './phones.ts';

/** What the page may ask for. */
export type Wish =
  | { readonly do: 'show'; readonly donor: number; readonly direction: 'in' | 'out' }
  | { readonly do: 'again' }
  | { readonly do: 'cut' | 'mend' | 'kill' | 'start' };

/** One code that was held to the gate. */
export interface Tried {
  readonly at: string;
  readonly donor: string;
  readonly direction: 'in' | 'out';
  readonly isCopy: boolean;
  readonly answer: unknown;
}

/** What the page shows. */
export interface Shown {
  readonly venue: Setting['venues'][number]['name'];
  readonly donors: readonly { readonly name: string; readonly design: string }[];
  readonly isRunning: boolean;
  readonly isCut: boolean;
  readonly status: unknown;
  readonly code: string | null;
  readonly tried: readonly Tried[];
}

const MOST_TRIED = 8;

/** The demo's one state. */
export interface Demo {
  look(): Promise<Shown>;
  grant(wish: Wish): Promise<void>;
}

/** A demo over a gate that runs. */
export function createDemo(parts: {
  readonly setting: Setting;
  readonly venue: Setting['venues'][number];
  readonly server: string;
  readonly line: CutLine;
  readonly gate: DemoGate;
  readonly clock: MachineClock;
}): Demo {
  const { setting, venue, server, line, gate, clock } = parts;
  const phones = new Map<number, Promise<Phone>>();
  const tried: Tried[] = [];
  let last: { code: string; donor: string; direction: 'in' | 'out' } | undefined;

  const phoneOf = (donor: number): Promise<Phone> => {
    const donorId = setting.donors[donor]?.donorId ?? '';
    const phone = phones.get(donor) ?? bindPhone(server, donorId);
    phones.set(donor, phone);
    return phone;
  };
  const hold = async (isCopy: boolean): Promise<void> => {
    if (last === undefined) return;
    const answer = await gate.scan(last.code, last.direction).catch(() => null);
    const at = new Date(clock.wall()).toISOString();
    tried.unshift({ at, donor: last.donor, direction: last.direction, isCopy, answer });
    tried.splice(MOST_TRIED);
  };
  return {
    async look() {
      return {
        venue: venue.name,
        donors: setting.donors.map(({ name, design }) => ({ name, design })),
        isRunning: gate.isRunning,
        isCut: line.isCut,
        status: await gate.status().catch(() => null),
        code: last?.code ?? null,
        tried,
      };
    },
    async grant(wish) {
      if (wish.do === 'cut') line.cut();
      if (wish.do === 'mend') line.mend();
      if (wish.do === 'kill') await gate.kill();
      if (wish.do === 'start') await gate.start();
      if (wish.do === 'again') await hold(true);
      if (wish.do === 'show') {
        const phone = await phoneOf(wish.donor);
        const code = await phone.draw(Math.floor(clock.wall() / 1000));
        const donor = setting.donors[wish.donor]?.name ?? '';
        last = { code, donor, direction: wish.direction };
        await hold(false);
      }
    },
  };
}

/**
 * People who go through one gate, one after another: fresh codes in and out, some shown twice, some
 * that are no codes. When the gate dies with a code in hand, its answer is never known.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { parseAddress } from '../../../gate/src/agent/address.ts';
import { type LineClient, openLineClient } from '../../../gate/src/conformance/line-client.ts';
import type { Phone } from '../../../gate/src/demo/phones.ts';
import type { AgentProcess } from '../../../gate/test/agent-process.ts';

const ANSWER_WITHIN_MS = 10_000;
const AGAIN_AFTER_MS = 10;
/** Every so many codes is shown again, and every so many is none. */
const TWICE_EVERY = 6;
const NONE_EVERY = 5;

/** A record's name. */
export interface Mark {
  readonly bootEpoch: number;
  readonly seq: number;
}

/** The walk through one gate. */
export interface Walk {
  readonly count: number;
  /** What was answered `open`, with the arms told. */
  readonly opened: readonly Mark[];
  /** A code that opened twice. */
  readonly breaches: readonly string[];
  /** Resolves after so many more answers, or when nobody comes any more. */
  answered(more: number): Promise<void>;
  go(agent: () => Promise<AgentProcess>, isOver: () => boolean): Promise<void>;
}

interface Said {
  readonly open: boolean;
  readonly turnstile: string;
  readonly mark: Mark | null;
}

/** A walk of the phones' holders: all of them in, then all of them out. */
export function goThrough(phones: readonly Phone[]): Walk {
  const opened: Mark[] = [];
  const breaches: string[] = [];
  const hopes: { at: number; resolve(): void }[] = [];
  const times = new Map<string, number>();
  let count = 0;
  let isDone = false;

  const take = (code: string, said: Said): void => {
    count += 1;
    if (said.open && said.mark !== null) {
      opened.push(said.mark);
      times.set(code, (times.get(code) ?? 0) + 1);
      if (times.get(code) === 2) breaches.push(`one code opened twice, at ${said.mark.seq}`);
    }
    for (const hope of hopes) if (count >= hope.at) hope.resolve();
  };
  /** Shows it once: to whichever process the gate is, if it lives. */
  const show = async (
    agent: () => Promise<AgentProcess>,
    code: string,
    channel: number,
  ): Promise<void> => {
    let client: LineClient | undefined;
    try {
      const address = parseAddress((await agent()).channels[channel] ?? '');
      if (address === undefined) throw new Error('the gate has two channels');
      client = await openLineClient(address, ANSWER_WITHIN_MS);
      client.send(`${code}\n`);
      take(code, JSON.parse(await client.next()) as Said);
    } catch {
      await wait(AGAIN_AFTER_MS);
    } finally {
      client?.close();
    }
  };
  return {
    get count() {
      return count;
    },
    opened,
    breaches,
    answered: (more) =>
      new Promise((resolve) => {
        if (isDone) resolve();
        else hopes.push({ at: count + more, resolve });
      }),
    async go(agent, isOver) {
      for (const channel of [0, 1]) {
        for (const [at, phone] of phones.entries()) {
          if (isOver()) break;
          const code = await phone.draw(Math.floor(Date.now() / 1000));
          await show(agent, code, channel);
          if (at % TWICE_EVERY === 0) await show(agent, code, channel);
          if (at % NONE_EVERY === 0) await show(agent, `LY1:NOBODY${at}`, channel);
        }
      }
      isDone = true;
      for (const { resolve } of hopes) resolve();
    },
  };
}

/**
 * A code is presented: the core judges and writes down, then the turnstile opens, then the answer
 * goes back. The turnstile is never told before the record is on the disk.
 */
import type { Log } from './log.ts';
import { faultText } from './log.ts';
import type { Metrics } from './metrics.ts';
import type { Pace } from './pace.ts';
import type { Turnstile } from './turnstile.ts';

/** Which way somebody goes. */
export type Direction = 'in' | 'out';

/** What the core answers to a code; what the agent itself needs of it. */
export interface CoreAnswer {
  readonly open: boolean;
  readonly code: string;
  readonly detail: string;
  readonly message: { readonly zh: string; readonly en: string };
  readonly wayOn: { readonly zh: string; readonly en: string };
  readonly skewSeconds: number | null;
  readonly marks: readonly string[];
  readonly staffedLane: boolean;
  /** The record's name, or null: nothing could be recorded, so nothing opens. */
  readonly mark: { readonly bootEpoch: number; readonly seq: number } | null;
}

/** What goes back on the channel. */
export interface ChannelAnswer extends CoreAnswer {
  /** `closed` where it was not told to open, `failed` where it did not do it. */
  readonly turnstile: 'opened' | 'closed' | 'failed';
}

/** Presents a code. Never rejects. */
export type PresentCode = (text: string, direction: Direction) => Promise<ChannelAnswer>;

/** What presenting needs. */
export interface Presenting {
  readonly scan: (text: string, way: { direction: Direction }) => Promise<CoreAnswer>;
  readonly turnstile: Turnstile;
  readonly pace: Pace;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly monotonicMs: () => number;
  readonly now: () => string;
  /** Told after each answer: there may be something to send. */
  readonly onAnswered: () => void;
}

const SECONDS = [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2];
const TEXTS = {
  message: { zh: '闸机出现故障。', en: 'The gate is out of order.' },
  wayOn: { zh: '请走人工通道。', en: 'Please use the staffed lane.' },
};

/** The way in for every channel. */
export function createPresent(presenting: Presenting): PresentCode {
  const { scan, turnstile, pace, log, metrics, monotonicMs, now, onAnswered } = presenting;
  const scans = metrics.counter('liyu_gate_scans_total', 'Codes that were answered, by reason');
  const failures = metrics.counter(
    'liyu_gate_turnstile_failures_total',
    'Recorded uses after which the turnstile did not open',
  );
  const took = metrics.timings('liyu_gate_answer_seconds', 'From a code to its answer', SECONDS);

  const open = async (answer: CoreAnswer, direction: Direction): Promise<ChannelAnswer> => {
    if (!answer.open || answer.mark === null) return { ...answer, turnstile: 'closed' };
    try {
      await turnstile.open({ ...answer.mark, direction, at: now() });
      return { ...answer, turnstile: 'opened' };
    } catch (cause) {
      failures.add({});
      log.error({ record: answer.mark, fault: faultText(cause) }, 'the turnstile did not open');
      return { ...answer, turnstile: 'failed', staffedLane: true };
    }
  };
  return async (text, direction) => {
    await pace.turn();
    const began = monotonicMs();
    const judged = await scan(text, { direction }).catch((cause: unknown) => {
      log.error({ fault: faultText(cause) }, 'a code could not be judged');
      return outOfOrder();
    });
    const answer = await open(judged, direction);
    took.observe((monotonicMs() - began) / 1000);
    scans.add({ code: answer.code, open: String(answer.open) });
    const { code, marks, mark, turnstile: arms } = answer;
    log.info({ record: mark, open: answer.open, code, marks, turnstile: arms }, 'answered');
    onAnswered();
    return answer;
  };
}

/** A fault of our own: nothing opens, somebody of staff helps. */
function outOfOrder(): CoreAnswer {
  return {
    open: false,
    code: 'cannot_record',
    detail: 'the gate itself failed',
    ...TEXTS,
    skewSeconds: null,
    marks: [],
    staffedLane: true,
    mark: null,
  };
}

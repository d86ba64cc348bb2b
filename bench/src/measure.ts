/**
 * Measuring in one run: the sides take turns, round by round, and what is told is the median of
 * the rounds' ratios. Whatever else the machine does meets all sides alike.
 */
import { performance } from 'node:perf_hooks';

/** Something to be timed. */
export interface Side {
  readonly name: string;
  /** Operations that one `run` does. */
  readonly operations: number;
  /** Outside of the timing, before each round. */
  prepare?(): void | Promise<void>;
  run(): void | Promise<void>;
}

/** A side's medians over the rounds. */
export interface Measured {
  readonly name: string;
  /** Microseconds an operation. */
  readonly microseconds: number;
  /** The median of this side's time by the first side's time of the same round. */
  readonly ratio: number;
}

/** A figure as it is printed. Value and ratio are null where it could not be measured. */
export interface Figure {
  readonly value: number | null;
  readonly unit: string;
  readonly ratio: number | null;
  readonly against: string;
  /** What the ratio must keep to, where something is promised. */
  readonly limit?: { readonly atMost: number } | { readonly atLeast: number };
  readonly note?: string;
}

/** Figures by name. */
export type Figures = Record<string, Figure>;

/** The middle value; the mean of the two middle ones of an even number. */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('no values');
  const sorted = [...values].sort((left, right) => left - right);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? 0;
  return (lower + upper) / 2;
}

async function timeRound(side: Side): Promise<number> {
  await side.prepare?.();
  const start = performance.now();
  await side.run();
  return ((performance.now() - start) * 1000) / side.operations;
}

/**
 * Times all sides in interleaved rounds, after `warmUp` rounds that do not count. The first side
 * is what the others are measured against; within a round it goes first and last in turn.
 */
export async function measureSides(
  sides: readonly Side[],
  rounds: { readonly warmUp: number; readonly counted: number },
): Promise<Measured[]> {
  const times = sides.map((): number[] => []);
  for (let round = -rounds.warmUp; round < rounds.counted; round += 1) {
    const order = [...sides.keys()];
    if (round % 2 !== 0) order.reverse();
    for (const at of order) {
      const side = sides[at];
      if (side === undefined) continue;
      const time = await timeRound(side);
      if (round >= 0) times[at]?.push(time);
    }
  }
  const base = times[0] ?? [];
  return sides.map((side, at) => {
    const own = times[at] ?? [];
    const ratios = own.map((time, round) => time / (base[round] ?? Number.NaN));
    return { name: side.name, microseconds: median(own), ratio: median(ratios) };
  });
}

/** Whether a ratio keeps its limit; undefined where there is no limit or no ratio. */
export function holdsLimit({ limit, ratio }: Figure): boolean | undefined {
  if (limit === undefined || ratio === null) return undefined;
  return 'atMost' in limit ? ratio <= limit.atMost : ratio >= limit.atLeast;
}

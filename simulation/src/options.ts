/** The command's options; what is wrong is said with the option's name. */
import { parseArgs } from 'node:util';
import type { RunSize } from './run-seed.ts';

/** What is to be run. */
export interface Options extends RunSize {
  readonly seeds: number;
  /** The first seed, or the only one. */
  readonly from: number;
  readonly workers: number;
  readonly json: boolean;
  readonly mutants: boolean;
  /** Names of mutants; none are all. */
  readonly only: readonly string[];
}

/** A word on the command line that means nothing. */
export class BadOption extends Error {}

/** Reads them. Throws `BadOption`. */
export function readOptions(words: readonly string[]): Options {
  const { values } = parse(words);
  const whole = (name: 'seeds' | 'gates' | 'donors' | 'hours' | 'seed' | 'workers'): number => {
    const text = values[name];
    if (text === undefined || !/^\d{1,9}$/.test(text)) {
      throw new BadOption(`--${name}: a whole number`);
    }
    return Number(text);
  };
  const isOne = values.seed !== undefined;
  return {
    seeds: isOne ? 1 : whole('seeds'),
    from: isOne ? whole('seed') : 1,
    gates: whole('gates'),
    donors: whole('donors'),
    hours: whole('hours'),
    workers: whole('workers'),
    json: values.json === true,
    mutants: values.mutants === true,
    only: values.only === undefined ? [] : values.only.split(','),
  };
}

function parse(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      options: {
        seeds: { type: 'string', default: '300' },
        gates: { type: 'string', default: '8' },
        donors: { type: 'string', default: '60' },
        hours: { type: 'string', default: '12' },
        workers: { type: 'string', default: '2' },
        seed: { type: 'string' },
        json: { type: 'boolean' },
        mutants: { type: 'boolean' },
        only: { type: 'string' },
      },
    });
  } catch (cause) {
    throw new BadOption((cause as Error).message);
  }
}

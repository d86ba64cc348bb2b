/** What every agent is given, whatever it judges codes by. */
import { setTimeout as wait } from 'node:timers/promises';
import type { MachineClock, Random } from '../clock.ts';
import type { GateConfig } from './config.ts';
import type { Ends } from './conversation.ts';
import { createLog, type Log } from './log.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { createPace, type Pace } from './pace.ts';
import {
  createFileTurnstile,
  createLogTurnstile,
  createTcpTurnstile,
  type Turnstile,
} from './turnstile.ts';

/** The machine and the process as an agent is given them. */
export interface Outside {
  readonly clock: MachineClock;
  readonly random: Random;
  readonly standard: Ends;
  readonly logTo: { write(line: string): void };
}

/** What is made of them for one agent. */
export interface Surroundings extends Outside {
  readonly turnstile: Turnstile;
  readonly pace: Pace;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** Makes log, metrics, pace and turnstile as the configuration says. */
export function prepareSurroundings(config: GateConfig, outside: Outside): Surroundings {
  const { clock } = outside;
  const log = createLog(config.log, () => new Date(clock.wall()).toISOString(), outside.logTo);
  return {
    ...outside,
    log,
    metrics: createMetrics(),
    pace: createPace(
      config.mostCodesPerSecond,
      () => clock.monotonic(),
      (ms) => wait(ms),
    ),
    turnstile: openTurnstile(config.turnstile, log),
  };
}

function openTurnstile(config: GateConfig['turnstile'], log: Log): Turnstile {
  if (config.kind === 'file') return createFileTurnstile(config.path);
  if (config.kind === 'tcp') return createTcpTurnstile(config);
  return createLogTurnstile((opening) => log.info({ opening }, 'opens'));
}

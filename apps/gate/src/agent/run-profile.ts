/** An agent under the test profile: channels and turnstile are the real ones, the rest is supposed. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { openTestProfile, TEST_LINE } from '../conformance/test-profile.ts';
import { type Agent, startAgent } from './agent.ts';
import { ConfigError, type GateConfig } from './config.ts';
import { createPresent } from './present.ts';
import type { Surroundings } from './surroundings.ts';

/** Starts it. Throws `ConfigError` in a home that is a real gate's. */
export async function runProfile(config: GateConfig, around: Surroundings): Promise<Agent> {
  const folder = config.conformance?.profile;
  if (folder === undefined) throw new ConfigError('conformance.profile: is missing · 缺少');
  if (existsSync(path.join(config.home, 'identity.json'))) {
    throw new ConfigError(
      'mode: this home is a real gate’s, which never runs the test profile · 该目录属于真实闸机，不得运行测试模式',
    );
  }
  const profile = await openTestProfile(folder);
  const { turnstile, metrics, log, pace, clock, standard } = around;
  const present = createPresent({
    scan: (text) => profile.scan(text),
    turnstile,
    pace,
    log,
    metrics,
    monotonicMs: () => clock.monotonic(),
    now: () => new Date(clock.wall()).toISOString(),
    onAnswered: () => undefined,
  });
  return startAgent({
    config,
    present,
    answerLine: (text) => (text.startsWith(TEST_LINE) ? profile.suppose(text) : undefined),
    turnstile,
    status: async () => ({ mode: 'conformance' }),
    metrics,
    measure: async () => undefined,
    log,
    standard,
    companions: [],
  });
}

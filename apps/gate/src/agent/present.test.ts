import { beforeEach, expect, test } from 'vitest';
import { createLog } from './log.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { type CoreAnswer, createPresent, type Presenting } from './present.ts';
import { createLogTurnstile, type Turnstile } from './turnstile.ts';

const CODE = 'LY1:SECRETCODE';
const GRANTED: CoreAnswer = {
  open: true,
  code: 'granted',
  detail: '',
  message: { zh: '可以', en: 'Yes' },
  wayOn: { zh: '', en: '' },
  skewSeconds: -2,
  marks: ['offline'],
  staffedLane: false,
  mark: { bootEpoch: 3, seq: 17 },
};
const REFUSED: CoreAnswer = { ...GRANTED, open: false, code: 'stale' };

let happened: string[];
let metrics: Metrics;

beforeEach(() => {
  happened = [];
  metrics = createMetrics();
});

function presentWith(answer: CoreAnswer | Error, turnstile?: Turnstile) {
  const presenting: Presenting = {
    scan: async () => {
      happened.push('recorded');
      if (answer instanceof Error) throw answer;
      return answer;
    },
    turnstile: turnstile ?? createLogTurnstile(({ seq }) => happened.push(`opened ${seq}`)),
    pace: { turn: async () => undefined },
    log: createLog('debug', () => 'now', { write: (line) => void happened.push(`log ${line}`) }),
    metrics,
    monotonicMs: () => 0,
    now: () => '2026-11-24T00:00:00.000Z',
    onAnswered: () => undefined,
  };
  return createPresent(presenting)(CODE, 'in');
}

const steps = (): string[] => happened.filter((step) => !step.startsWith('log '));

test('the turnstile opens after the record, and never without one', async () => {
  expect(await presentWith(GRANTED)).toMatchObject({ open: true, turnstile: 'opened' });
  expect(steps()).toEqual(['recorded', 'opened 17']);
});

test.each([
  ['a refusal', REFUSED],
  ['a yes without a record', { ...GRANTED, mark: null }],
])('%s opens nothing', async (_what, answer) => {
  expect((await presentWith(answer)).turnstile).toBe('closed');
  expect(steps()).toEqual(['recorded']);
});

test('a turnstile that fails is marked in the answer, the log and the metrics', async () => {
  const broken: Turnstile = {
    name: 'broken',
    open: () => Promise.reject(new Error('jammed')),
    close: () => undefined,
  };
  const answer = await presentWith(GRANTED, broken);
  expect(answer).toMatchObject({ open: true, turnstile: 'failed', staffedLane: true });
  expect(happened.join()).toContain('"fault":"Error: jammed"');
  expect(metrics.text()).toContain('liyu_gate_turnstile_failures_total 1');
});

test('a fault of the core is an answer: a staffed lane, nothing opened', async () => {
  const answer = await presentWith(new Error('bug'));
  expect(answer).toMatchObject({ open: false, code: 'cannot_record', staffedLane: true });
  expect(steps()).toEqual(['recorded']);
});

test('the log and the metrics name the record and the reason, and never the code', async () => {
  await presentWith(GRANTED);
  await presentWith(REFUSED);
  expect(happened.join()).toContain(
    '"record":{"bootEpoch":3,"seq":17},"open":true,"code":"granted"',
  );
  expect(metrics.text()).toContain('liyu_gate_scans_total{code="stale",open="false"} 1');
  expect(happened.join() + metrics.text()).not.toContain('SECRET');
});

test('metrics are in the form that Prometheus reads', () => {
  const count = metrics.counter('liyu_a_total', 'How many');
  count.add({ code: 'say "a"\\b\n' });
  metrics.timings('liyu_b_seconds', 'How long', [0.1, 1]).observe(0.5);
  expect(metrics.text()).toContain('# TYPE liyu_a_total counter');
  expect(metrics.text()).toContain('liyu_a_total{code="say \\"a\\"\\\\b\\n"} 1\n');
  expect(metrics.text()).toContain('liyu_b_seconds_bucket{le="0.1"} 0\n');
  expect(metrics.text()).toContain('liyu_b_seconds_bucket{le="1"} 1\n');
  expect(metrics.text()).toContain('liyu_b_seconds_sum 0.5\nliyu_b_seconds_count 1\n');
});

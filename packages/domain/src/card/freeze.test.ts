import { expect, test } from 'vitest';
import { type FreezeEvent, freezeOf } from './freeze.ts';

const happened = (event: FreezeEvent['event'], donorId = 'a'): FreezeEvent => ({
  donorId,
  event,
  because: 'misuse',
  recordedAt: '2026-11-24T04:00:00.000Z',
});

test.each([
  [[], undefined],
  [[happened('suspended')], 'suspended'],
  [[happened('suspended'), happened('revoked')], 'revoked'],
  [[happened('suspended'), happened('appealed')], 'suspended'],
  [[happened('revoked'), happened('appealed'), happened('reinstated')], undefined],
  [[happened('reinstated'), happened('suspended')], 'suspended'],
  [[happened('suspended'), happened('revoked', 'b')], 'revoked'],
  [[happened('suspended'), happened('revoked', 'b'), happened('reinstated', 'b')], 'suspended'],
] as const)('%j: %s', (events, state) => {
  expect(freezeOf(events)?.state).toBe(state);
});

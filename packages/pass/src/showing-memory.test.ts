import { describe, expect, it } from 'vitest';
import { createShowingMemory } from './index.ts';

const cti = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
const T = 1_800_000_000;
const show = (now: number, moment = { iat: T, seq: 1 }) => ({ cti, moment, now });
const pass = (now: number, direction: 'in' | 'out', place = 'A', pseudonym = cti) => ({
  cti: pseudonym,
  passage: { direction, place },
  now,
});

describe('replay', () => {
  it.each([
    ['at once', 0, 'replayed'],
    ['360 s later', 360, 'replayed'],
  ])('%s is %s', (_, later, expected) => {
    const memory = createShowingMemory();
    expect(memory.judge(show(T))).toBeUndefined();
    expect(memory.judge(show(T + later))?.code).toBe(expected);
  });

  it('is kept 360 s and not longer', () => {
    const memory = createShowingMemory();
    memory.judge(show(T));
    memory.judge(show(T + 360, { iat: T + 360, seq: 2 }));
    expect(memory.size).toBe(2);
    memory.judge(show(T + 361, { iat: T + 361, seq: 3 }));
    expect(memory.size).toBe(2);
  });

  it('a clock that steps back opens nothing again', () => {
    const memory = createShowingMemory();
    memory.judge(show(T));
    memory.judge(show(T + 4000, { iat: T + 4000, seq: 2 }));
    expect(memory.judge(show(T))).toMatchObject({ code: 'replayed', bySeconds: 0 });
  });

  it('never refuses the slowest phone while time runs forward', () => {
    const memory = createShowingMemory();
    memory.judge(show(T, { iat: T + 180, seq: 1 }));
    const now = T + 361;
    expect(memory.judge(show(now, { iat: now - 180, seq: 9 }))).toBeUndefined();
  });

  it('other pseudonyms do not matter', () => {
    const memory = createShowingMemory();
    memory.judge(show(T));
    expect(memory.judge({ ...show(T), cti: new Uint8Array(8) })).toBeUndefined();
  });

  it('what was remembered from a spool is replayed too, what was forgotten is not', () => {
    const memory = createShowingMemory();
    memory.remember(show(T));
    expect(memory.judge(show(T + 1))?.code).toBe('replayed');
    memory.forget(show(T));
    expect(memory.judge(show(T + 1))).toBeUndefined();
  });

  it('a printed card has no moment to replay', () => {
    const memory = createShowingMemory();
    expect(memory.judge({ cti, now: T })).toBeUndefined();
    expect(memory.judge({ cti, now: T })).toBeUndefined();
  });

  it('cannot be kept shorter than the windows reach', () => {
    expect(() => createShowingMemory({ keepSeconds: 359 })).toThrow(RangeError);
  });
});

describe('passback', () => {
  it.each<[string, ReturnType<typeof pass>, string | undefined]>([
    ['same direction, 10 minutes', pass(T + 600, 'in'), 'passback'],
    ['same direction, a second more', pass(T + 601, 'in'), undefined],
    ['other direction', pass(T + 5, 'out'), undefined],
    ['other station', pass(T + 5, 'in', 'B'), undefined],
    ['other pass', pass(T + 5, 'in', 'A', new Uint8Array(8)), undefined],
    ['after a step back', pass(T - 60, 'in'), 'passback'],
  ])('%s', (_, second, expected) => {
    const memory = createShowingMemory();
    expect(memory.judge(pass(T, 'in'))).toBeUndefined();
    expect(memory.judge(second)?.code).toBe(expected);
  });

  it('in, out, in within 10 minutes is the same direction again', () => {
    const memory = createShowingMemory();
    memory.judge(pass(T, 'in'));
    memory.judge(pass(T + 60, 'out'));
    expect(memory.judge(pass(T + 120, 'in'))?.code).toBe('passback');
  });

  it('a refused try does not prolong it', () => {
    const memory = createShowingMemory();
    memory.judge(pass(T, 'in'));
    memory.judge(pass(T + 599, 'in'));
    expect(memory.judge(pass(T + 601, 'in'))).toBeUndefined();
  });

  it('a showing refused as passback may still open the way out', () => {
    const memory = createShowingMemory();
    memory.judge(pass(T, 'in'));
    const moment = { iat: T + 5, seq: 2 };
    expect(memory.judge({ ...pass(T + 5, 'in'), moment })?.code).toBe('passback');
    expect(memory.judge({ ...pass(T + 6, 'out'), moment })).toBeUndefined();
  });
});

describe('entries and bounds', () => {
  it('an entry is open until the exit, or for a day', () => {
    const memory = createShowingMemory();
    expect(memory.hasOpenEntry(cti)).toBe(false);
    memory.judge(pass(T, 'in'));
    expect(memory.hasOpenEntry(cti)).toBe(true);
    memory.judge(pass(T + 60, 'out', 'B'));
    expect(memory.hasOpenEntry(cti)).toBe(false);
    memory.judge(pass(T + 1000, 'in'));
    memory.judge(pass(T + 1000 + 86_401, 'in', 'A', new Uint8Array(8)));
    expect(memory.hasOpenEntry(cti)).toBe(false);
  });

  it('a gate that could not open takes the entry back', () => {
    const memory = createShowingMemory();
    memory.judge(pass(T, 'in'));
    memory.forget(pass(T, 'in'));
    expect(memory.hasOpenEntry(cti)).toBe(false);
    expect(memory.judge(pass(T + 1, 'in'))).toBeUndefined();
  });

  it('holds no more than its capacity, and says what it had to drop', () => {
    const memory = createShowingMemory({ capacity: 3 });
    for (let seq = 0; seq < 5; seq += 1) memory.judge(show(T, { iat: T, seq }));
    expect([memory.size, memory.dropped]).toEqual([3, 2]);
    expect(memory.judge(show(T, { iat: T, seq: 4 }))?.code).toBe('replayed');
  });
});

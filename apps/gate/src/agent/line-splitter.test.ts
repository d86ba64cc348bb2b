import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createLineSplitter } from './line-splitter.ts';

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');

describe('lines', () => {
  test.each([
    ['a line feed', 'LY1:A\nLY1:B\n', ['LY1:A', 'LY1:B']],
    ['carriage return and line feed', 'LY1:A\r\nLY1:B\r\n', ['LY1:A', 'LY1:B']],
    ['a carriage return, as many readers send', 'LY1:A\rLY1:B\r', ['LY1:A', 'LY1:B']],
    ['empty lines, which keep a connection alive', '\n\nLY1:A\n\r\n', ['LY1:A']],
    ['half a line, which is none yet', 'LY1:A\nLY1:', ['LY1:A']],
    ['bytes that are no text, one character each', '\x00\xff\xe4\n', ['\x00\xff\xe4']],
  ])('end with %s', (_what, sent, lines) => {
    expect(
      createLineSplitter()
        .push(bytes(sent))
        .map(({ text }) => text),
    ).toEqual(lines);
  });

  test('of the longest length are whole, and one byte more is not', () => {
    const splitter = createLineSplitter(8);
    expect(splitter.push(bytes('12345678\n123456789\n12\n'))).toEqual([
      { text: '12345678', isWhole: true },
      { text: '12345678', isWhole: false },
      { text: '12', isWhole: true },
    ]);
  });

  test('that never end keep no more than the longest', () => {
    const splitter = createLineSplitter(8);
    for (let turn = 0; turn < 1000; turn += 1) splitter.push(bytes('x'.repeat(1000)));
    expect(splitter.pending).toBe(1_000_000);
    expect(splitter.rest()).toEqual({ text: 'xxxxxxxx', isWhole: false });
  });

  test('are the same however the bytes are cut', () => {
    const part = fc.string({ unit: fc.constantFrom('a', 'b', '\n', '\r', '\xff'), maxLength: 40 });
    fc.assert(
      fc.property(fc.array(part), (parts) => {
        const one = createLineSplitter(16);
        const whole = one.push(bytes(parts.join('')));
        const many = createLineSplitter(16);
        expect(parts.flatMap((text) => many.push(bytes(text)))).toEqual(whole);
        expect(many.rest()).toEqual(one.rest());
      }),
    );
  });
});

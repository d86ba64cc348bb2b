import fc from 'fast-check';
import { expect, test } from 'vitest';
import { crc32c } from './crc32c.ts';
import { frameOf, readFrames, readSoleFrame } from './frame.ts';

test.each([
  ['123456789', 0xe3069283],
  ['', 0],
])('the checksum of %j is that of RFC 3720', (text, expected) => {
  expect(crc32c(new TextEncoder().encode(text))).toBe(expected);
});

test('32 bytes of zeros, and of ones, as in RFC 3720 appendix B.4', () => {
  expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
  expect(crc32c(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43);
});

test('zeros that a power cut left behind are no frame', () => {
  expect(readFrames(new Uint8Array(4096))).toEqual({ frames: [], intactBytes: 0 });
});

test('whatever bodies are written come back, up to where the bytes are cut', () => {
  const bodies = fc.array(fc.uint8Array({ minLength: 1, maxLength: 60 }), { maxLength: 8 });
  fc.assert(
    fc.property(bodies, fc.nat(600), (all, at) => {
      const frames = all.map(frameOf);
      const bytes = Uint8Array.from(frames.flatMap((frame) => [...frame]));
      const cut = bytes.subarray(0, at);
      let whole = 0;
      let length = 0;
      for (const frame of frames) {
        if (length + frame.length > cut.length) break;
        length += frame.length;
        whole += 1;
      }
      const read = readFrames(cut);
      expect(read.frames.map(({ body }) => [...body])).toEqual(
        all.slice(0, whole).map((body) => [...body]),
      );
      expect(read.intactBytes).toBe(length);
    }),
  );
});

test('a file that is one frame has nothing behind it', () => {
  const frame = frameOf(Uint8Array.of(1, 2, 3));
  expect(readSoleFrame(frame)).toEqual(Uint8Array.of(1, 2, 3));
  expect(readSoleFrame(Uint8Array.of(...frame, 0))).toBeUndefined();
  expect(() => frameOf(new Uint8Array())).toThrow(RangeError);
});

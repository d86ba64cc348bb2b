/** The fixed streams are zlib's: Node unpacks them. */
import { expect, it } from 'vitest';
import { nodeCrypto } from '../../src/crypto-node.ts';
import { storeZlib, zerosZlib } from './fixed-zlib.ts';

it('stored bytes come back', async () => {
  const bytes = Uint8Array.from({ length: 250 }, (_, at) => at);
  expect(Uint8Array.from(await nodeCrypto.inflate(storeZlib(bytes), 250))).toEqual(bytes);
});

it('many zeros are few bytes', async () => {
  const packed = zerosZlib(400);
  expect(packed.length).toBeLessThan(700);
  const zeros = await nodeCrypto.inflate(packed, 103_201);
  expect(zeros.length).toBe(103_201);
  expect(zeros.every((byte) => byte === 0)).toBe(true);
});

/**
 * A fixed code, card and trust list, as any implementation must read them: what has been shown and
 * printed stays readable, whatever changes here.
 */
import { describe, expect, it } from 'vitest';
import vector from '../test/vector.json' with { type: 'json' };
import { nodeCrypto } from './crypto-node.ts';
import {
  createVerifier,
  fromHex,
  parseCode,
  STAFFED_WINDOW,
  toHex,
  verifyTrustList,
} from './index.ts';

const root = { x: fromHex(vector.root.x), yIsOdd: vector.root.yIsOdd };
const { now } = vector;
const at = { now, lowestVersion: 1, crypto: nodeCrypto };
const trusted = await verifyTrustList(fromHex(vector.trustList), root, at);

describe('the fixed vector', () => {
  it.each([
    ['shown', vector.shown],
    ['card', vector.card],
  ])('%s is taken', async (_, text) => {
    if (!trusted.ok) throw new Error(trusted.detail);
    const answer = await createVerifier({ crypto: nodeCrypto }).verify(text, {
      now,
      zone: 'metro',
      window: STAFFED_WINDOW,
      acceptPrinted: true,
      trustList: trusted.list,
      statusOf: () => 'valid',
      statusAgeSeconds: 0,
      maxStatusAgeSeconds: 0,
    });
    expect(answer.ok).toBe(true);
  });

  it('means what is written beside it', () => {
    const code = parseCode(vector.shown);
    if ('malformed' in code) throw new Error(code.malformed);
    const { kid, exp, cti, holderKey, scope } = code.pass.claims;
    expect({
      kid: toHex(kid),
      exp,
      cti: toHex(cti),
      holderX: holderKey && toHex(holderKey.x),
      holderYIsOdd: holderKey?.yIsOdd,
      scope,
    }).toEqual(vector.claims);
    expect(toHex(code.pass.bytes)).toBe(vector.pass);
    expect(code.showing).toMatchObject({ iat: vector.iat, seq: vector.seq });
  });
});

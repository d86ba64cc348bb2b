/** The "rules that must hold" of the format's specification, each with a test of its own. */
import { describe, expect, it } from 'vitest';
import {
  answerOf,
  bytesOf,
  CLAIMS,
  gate,
  ISSUER,
  makeCode,
  makePass,
  makePrinted,
  NOW,
  PHONE,
  PHONE_ENTRY,
  PRINTED_CLAIMS,
  PRINTED_ENTRY,
  PRINTER,
  SCOPE,
  STRANGER,
  TRUST_LIST,
  textOf,
  twinOf,
  verifyOnce,
  withBytes,
} from '../test/world.ts';
import { nodeCrypto } from './crypto-node.ts';
import { createShowingMemory, createVerifier, signPass } from './index.ts';
import { passSignatureStructure } from './pass.ts';
import { encodeScope } from './scope.ts';

/** Signs the bytes of a pass anew after a test has bent them. */
async function resign(bytes: Uint8Array, by = ISSUER.signer): Promise<Uint8Array> {
  const signature = await by.sign(passSignatureStructure(bytes));
  return withBytes(bytes, bytes.length - 64, ...signature);
}

describe('rules that must hold', () => {
  it('a code in order is taken', async () => {
    const answer = await verifyOnce(await makeCode({ iat: NOW - 3, seq: 9 }));
    expect(answer).toEqual({
      ok: true,
      pass: CLAIMS,
      iat: NOW - 3,
      seq: 9,
      skewSeconds: -3,
      marks: [],
    });
  });

  it('a pass cut out of a live code is fraud: holder_signature_missing', async () => {
    const cut = textOf(bytesOf(await makeCode()).subarray(7, 7 + 149));
    for (const acceptPrinted of [false, true]) {
      const answer = await verifyOnce(cut, { acceptPrinted });
      expect(answer).toMatchObject({ code: 'holder_signature_missing', pass: CLAIMS });
    }
  });

  it('a cut-out pass is no better when its code has been verified before', async () => {
    const verifier = createVerifier({ crypto: nodeCrypto });
    const code = await makeCode();
    expect(answerOf(await verifier.verify(code, gate()))).toBe('taken');
    const cut = textOf(bytesOf(code).subarray(7, 7 + 149));
    const answer = await verifier.verify(cut, gate({ acceptPrinted: true }));
    expect(answerOf(answer)).toBe('holder_signature_missing');
  });

  it('a printed card is taken by staff only', async () => {
    const card = await makePrinted();
    expect(answerOf(await verifyOnce(card))).toBe('kind_not_accepted');
    expect(await verifyOnce(card, { acceptPrinted: true })).toEqual({
      ok: true,
      pass: PRINTED_CLAIMS,
      skewSeconds: null,
      marks: [],
    });
  });

  it('a bare pass must say printed', async () => {
    const bytes = bytesOf(await makePrinted());
    const bent = await resign(withBytes(bytes, 31, ...encodeScope(SCOPE)), PRINTER.signer);
    const answer = await verifyOnce(textOf(bent), { acceptPrinted: true });
    expect(answer).toMatchObject({
      code: 'kind_not_accepted',
      detail: 'a phone pass with no holder key',
    });
  });

  it('a printed pass must have no cnf', async () => {
    const scope = encodeScope({ ...SCOPE, kind: 'printed' });
    const bent = await resign(withBytes(await makePass(), 76, ...scope));
    const answer = await verifyOnce(await makeCode({ pass: bent }), { acceptPrinted: true });
    expect(answer).toMatchObject({
      code: 'kind_not_accepted',
      detail: 'a printed pass with a holder key',
    });
    const bare = await verifyOnce(textOf(bent), { acceptPrinted: true });
    expect(answerOf(bare)).toBe('holder_signature_missing');
  });

  it('a key signs only the kind of passes that the trust list says', async () => {
    const byPhoneKey = await signPass({ ...PRINTED_CLAIMS, kid: PHONE_ENTRY.kid }, ISSUER.signer);
    const answer = await verifyOnce(textOf(byPhoneKey), { acceptPrinted: true });
    expect(answer).toMatchObject({ code: 'pass_not_yet' });
    const short = { ...PRINTED_CLAIMS, kid: PHONE_ENTRY.kid, exp: CLAIMS.exp };
    const card = textOf(await signPass(short, ISSUER.signer));
    expect(await verifyOnce(card, { acceptPrinted: true })).toMatchObject({
      code: 'kind_not_accepted',
      detail: 'a printed pass of a key for phone passes',
    });
  });

  it('the phone’s alg must fit the key in cnf', async () => {
    const bytes = withBytes(bytesOf(await makeCode()), 5, 0x27);
    const answer = await verifyOnce(textOf(bytes));
    expect(answer).toMatchObject({
      code: 'alg_mismatch',
      detail: 'the phone says -8, its key is for -7',
    });
  });

  it('the header’s alg never chooses: it must be that of the trust list', async () => {
    const bent = await resign(withBytes(await makePass(), 4, 0x27));
    expect(answerOf(await verifyOnce(await makeCode({ pass: bent })))).toBe('alg_mismatch');
    const entries = [{ ...PHONE_ENTRY, alg: -8 }];
    const trustList = { ...TRUST_LIST, entries };
    expect(answerOf(await verifyOnce(await makeCode(), { trustList }))).toBe('alg_mismatch');
    const agreed = await verifyOnce(await makeCode({ pass: bent }), { trustList });
    expect(agreed).toMatchObject({
      code: 'alg_mismatch',
      detail: 'algorithm -8 is not supported here',
    });
  });

  it('an unknown alg, kind, header or claim is refused although it is signed', async () => {
    const pass = await makePass();
    const bends: [number, number][] = [
      [4, 0x38],
      [76, 0x12],
      [5, 0x05],
      [74, 0x0a],
    ];
    for (const [at, value] of bends) {
      const bent = await resign(withBytes(pass, at, value));
      const code = textOf(withBytes(bytesOf(await makeCode({ pass })), 7, ...bent));
      expect(answerOf(await verifyOnce(code))).toBe('malformed');
    }
  });

  it('the second signature (r, n - s) verifies and is the same showing', async () => {
    const verifier = createVerifier({ crypto: nodeCrypto });
    const code = await makeCode({ seq: 4 });
    const bytes = bytesOf(code);
    const twin = textOf(withBytes(bytes, 171, ...twinOf(bytes.subarray(171))));
    expect(twin).not.toBe(code);
    expect(answerOf(await verifier.verify(twin, gate()))).toBe('taken');
    const memory = createShowingMemory();
    expect(answerOf(await verifier.verify(code, gate({ memory })))).toBe('taken');
    expect(answerOf(await verifier.verify(twin, gate({ memory })))).toBe('replayed');
  });

  it('the second signature of the issuer makes no second showing either', async () => {
    const verifier = createVerifier({ crypto: nodeCrypto });
    const pass = await makePass();
    const twin = withBytes(pass, 85, ...twinOf(pass.subarray(85)));
    const memory = createShowingMemory();
    const first = await verifier.verify(await makeCode({ pass }), gate({ memory }));
    const second = await verifier.verify(await makeCode({ pass: twin }), gate({ memory }));
    expect([first, second].map(answerOf)).toEqual(['taken', 'replayed']);
  });

  it('the same moment with another seq, or another moment, is another showing', async () => {
    const verifier = createVerifier({ crypto: nodeCrypto });
    const memory = createShowingMemory();
    const showings = [
      { iat: NOW, seq: 1 },
      { iat: NOW, seq: 2 },
      { iat: NOW - 1, seq: 1 },
      { iat: NOW, seq: 1 },
    ];
    const answers: string[] = [];
    for (const showing of showings) {
      answers.push(answerOf(await verifier.verify(await makeCode(showing), gate({ memory }))));
    }
    expect(answers).toEqual(['taken', 'taken', 'taken', 'replayed']);
  });

  it('a pass signed by a stranger, or changed after signing, is refused', async () => {
    const forged = await makePass({}, STRANGER.signer);
    expect(answerOf(await verifyOnce(await makeCode({ pass: forged })))).toBe('issuer_signature');
    const raised = withBytes(await makePass(), 77, 0x51);
    const answer = await verifyOnce(await makeCode({ pass: raised }));
    expect(answer).toMatchObject({ code: 'issuer_signature', unverified: { scope: { tier: 5 } } });
    expect(answer).not.toHaveProperty('pass');
  });

  it('a pass on another phone, or a moment changed after signing, is refused', async () => {
    const stolen = await makeCode({ by: STRANGER.signer });
    expect(answerOf(await verifyOnce(stolen))).toBe('holder_signature');
    const bytes = bytesOf(await makeCode({ iat: NOW - 200 }));
    const moved = withBytes(
      bytes,
      161,
      ...bytesOf(await makeCode({ iat: NOW })).subarray(161, 165),
    );
    expect(answerOf(await verifyOnce(textOf(moved)))).toBe('holder_signature');
  });

  it('a pass whose phone key is no point of the curve is refused, after what comes before', async () => {
    const x = new Uint8Array(32).fill(0xff);
    const pass = await makePass({ holderKey: { x, yIsOdd: true } });
    const code = await makeCode({ pass, by: PHONE.signer });
    expect(answerOf(await verifyOnce(code))).toBe('holder_signature');
    expect(answerOf(await verifyOnce(code, { zone: 'site' }))).toBe('zone_not_covered');
  });

  it('an issuer key that is no point of the curve verifies nothing', async () => {
    const key = { x: new Uint8Array(32).fill(0xff), yIsOdd: true };
    const trustList = { ...TRUST_LIST, entries: [{ ...PHONE_ENTRY, key }] };
    expect(answerOf(await verifyOnce(await makeCode(), { trustList }))).toBe('issuer_signature');
  });

  it('status 3 of a list is refused, as revoked', async () => {
    const answer = await verifyOnce(await makeCode(), { statusOf: () => 'refused' });
    expect(answer).toMatchObject({ code: 'revoked' });
    expect(answer).toHaveProperty('detail', 'index 77 has status 3, which is always refused');
  });

  it('an index that no list knows is refused', async () => {
    const answer = await verifyOnce(await makeCode(), { statusOf: () => undefined });
    expect(answerOf(answer)).toBe('list_too_old');
  });

  it('the status is asked for the pass’s own key and index', async () => {
    const asked: unknown[] = [];
    const statusOf = (kid: Uint8Array, index: number) => {
      asked.push([Buffer.from(kid).toString('hex'), index]);
      return 'valid' as const;
    };
    await verifyOnce(await makeCode(), { statusOf });
    await verifyOnce(await makePrinted(), { statusOf, acceptPrinted: true });
    expect(asked).toEqual([
      ['0a01', 77],
      [Buffer.from(PRINTED_ENTRY.kid).toString('hex'), 77],
    ]);
  });
});

/** What runs in the browser: all vectors with WebCrypto, and a phone with a key of its own. */
import { generateHolderKey, holderSigner, webCrypto } from '../../src/crypto-web.ts';
import { fromHex, showCode, toHex } from '../../src/index.ts';
import { type Answered, answerVectors } from '../../vectors/answer.ts';
import code from '../../vectors/code.json' with { type: 'json' };
import precedence from '../../vectors/precedence.json' with { type: 'json' };
import scan from '../../vectors/scan.json' with { type: 'json' };
import statusDelta from '../../vectors/status-delta.json' with { type: 'json' };
import statusList from '../../vectors/status-list.json' with { type: 'json' };
import trustList from '../../vectors/trust-list.json' with { type: 'json' };

const FILES = {
  'code.json': code,
  'scan.json': scan,
  'precedence.json': precedence,
  'trust-list.json': trustList,
  'status-list.json': statusList,
  'status-delta.json': statusDelta,
};

/** All vectors, answered here. */
export function answerAll(): Promise<Answered[]> {
  // JSON has no literal types; the files are the ones that the runner reads.
  return answerVectors(FILES as never, webCrypto);
}

const phone = await generateHolderKey();

/** This phone's public key, and whether its private half can be exported. */
export function phoneKey() {
  const { x, yIsOdd } = phone.point;
  return { x: toHex(x), yIsOdd, extractable: phone.privateKey.extractable };
}

/** The code that this phone shows of a pass. */
export function show(pass: string, iat: number, seq: number): Promise<string> {
  return showCode(fromHex(pass), holderSigner(phone.privateKey), { iat, seq });
}

/**
 * The cryptography of browsers: WebCrypto and compression streams. Exported as `@liyu/pass/web`;
 * it also runs in Node, where its tests are.
 */
import { concatBytes } from './bytes.ts';
import type { PassCrypto, Signer, VerifyKey } from './crypto.ts';
import { ES256 } from './crypto.ts';
import type { PublicPoint } from './p256.ts';
import { decompressY } from './p256.ts';

/** A key of WebCrypto, by whatever name the surrounding types know it. */
export type WebKey = Awaited<ReturnType<typeof globalThis.crypto.subtle.importKey>>;

/** The phone's key: the private half cannot leave the browser, but IndexedDB can keep it. */
export interface HolderKey {
  readonly privateKey: WebKey;
  readonly point: PublicPoint;
}

const P256 = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const ES256_PARAMETERS = { name: 'ECDSA', hash: 'SHA-256' } as const;

interface ImportedKey extends VerifyKey {
  readonly webKey: WebKey;
}

function isImported(key: VerifyKey): key is ImportedKey {
  return 'webKey' in key;
}

/** A view that WebCrypto's types take: they refuse what might lie in shared memory. */
function own(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}

/** WebCrypto; compressed points are completed here because browsers do not import them. */
export const webCrypto: PassCrypto = {
  async importKey(alg, point): Promise<ImportedKey> {
    if (alg !== ES256) throw new RangeError(`algorithm ${alg} is not supported`);
    const y = decompressY(point);
    if (y === undefined) throw new RangeError('no point of P-256');
    const raw = own(concatBytes(Uint8Array.of(4), point.x, y));
    const { subtle } = globalThis.crypto;
    return { webKey: await subtle.importKey('raw', raw, P256, false, ['verify']) };
  },
  async verify(key, message, signature) {
    if (!isImported(key)) throw new TypeError('a key of another implementation');
    const { subtle } = globalThis.crypto;
    return subtle.verify(ES256_PARAMETERS, key.webKey, own(signature), own(message));
  },
  inflate: (bytes, atMostBytes) => pump(bytes, new DecompressionStream('deflate'), atMostBytes),
  deflate: (bytes) => pump(bytes, new CompressionStream('deflate'), Number.POSITIVE_INFINITY),
};

/** The two ends of a stream that turns bytes into bytes, as far as they are used here. */
interface ByteTransform {
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array<ArrayBuffer>>;
}

async function pump(
  bytes: Uint8Array,
  transform: ByteTransform,
  atMostBytes: number,
): Promise<Uint8Array> {
  const writer = transform.writable.getWriter();
  // A failure of the input shows at the output too, where it is awaited.
  writer.write(own(bytes)).catch(() => undefined);
  writer.close().catch(() => undefined);
  const reader = transform.readable.getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return concatBytes(...chunks);
    length += value.length;
    if (length > atMostBytes) {
      await reader.cancel();
      throw new RangeError(`more than ${atMostBytes} bytes`);
    }
    chunks.push(value);
  }
}

/** A new key for this phone, P-256, non-extractable. */
export async function generateHolderKey(): Promise<HolderKey> {
  const { subtle } = globalThis.crypto;
  const { privateKey, publicKey } = await subtle.generateKey(P256, false, ['sign', 'verify']);
  const raw = new Uint8Array(await subtle.exportKey('raw', publicKey));
  return {
    privateKey,
    point: { x: raw.slice(1, 33), yIsOdd: ((raw[64] ?? 0) & 1) === 1 },
  };
}

/** Signs ES256 with the phone's private key. */
export function holderSigner(privateKey: WebKey): Signer {
  return {
    alg: ES256,
    async sign(message) {
      const { subtle } = globalThis.crypto;
      return new Uint8Array(await subtle.sign(ES256_PARAMETERS, privateKey, own(message)));
    },
  };
}

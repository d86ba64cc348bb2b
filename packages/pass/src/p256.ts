/**
 * Points of the curve P-256 (secp256r1). Keys travel as x and the sign of y; whoever needs y, as
 * WebCrypto does and JWK, gets it here.
 */
import { fromHex, toHex } from './bytes.ts';

/** A public key on P-256, compressed: x in 32 bytes big-endian, and whether y is odd. */
export interface PublicPoint {
  readonly x: Uint8Array;
  readonly yIsOdd: boolean;
}

const P = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn;
const B = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;

function powerModP(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let square = base % P;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = (result * square) % P;
    square = (square * square) % P;
  }
  return result;
}

/**
 * y in 32 bytes big-endian (SEC 1 section 2.3.4), or undefined if no point of the curve has that x.
 * Not constant in time: public keys only.
 */
export function decompressY(point: PublicPoint): Uint8Array | undefined {
  if (point.x.length !== 32) return undefined;
  const x = BigInt(`0x${toHex(point.x)}`);
  if (x >= P) return undefined;
  const square = (((x * x) % P) * x + (P - 3n) * x + B) % P;
  const root = powerModP(square, (P + 1n) / 4n);
  if ((root * root) % P !== square) return undefined;
  const y = ((root & 1n) === 1n) === point.yIsOdd ? root : P - root;
  return fromHex(y.toString(16).padStart(64, '0'));
}

/** Whether both are the same point. */
export function equalPoints(left: PublicPoint, right: PublicPoint): boolean {
  if (left.yIsOdd !== right.yIsOdd || left.x.length !== right.x.length) return false;
  for (let at = 0; at < left.x.length; at += 1) {
    if (left.x[at] !== right.x[at]) return false;
  }
  return true;
}

/**
 * A donor's phone: its keys, drawn from the seed, its passes, and a clock that may be off. It
 * shows codes as the real one does.
 */
import { createECDH } from 'node:crypto';
import { type PublicPoint, printCode, type Signer, showCode } from '@liyu/pass';
import { type EcJwk, pointFromJwk, signerFromJwk } from '@liyu/pass/node';
import type { Dice } from './dice.ts';
import type { Moment } from './schedule.ts';

/** A key pair of P-256 whose private number comes from the dice. */
export function keyFrom(dice: Dice): { readonly point: PublicPoint; readonly signer: Signer } {
  const jwk = jwkFrom(dice);
  return { point: pointFromJwk(jwk), signer: signerFromJwk(jwk) };
}

/** The same as a JWK (RFC 7517). */
export function jwkFrom(dice: Dice): EcJwk {
  const pair = createECDH('prime256v1');
  const secret = dice.bytes(32);
  // Below the order of the curve, whatever was thrown.
  secret[0] = 1 + ((secret[0] ?? 0) & 0x7f);
  pair.setPrivateKey(secret);
  const point = pair.getPublicKey();
  const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');
  return {
    kty: 'EC',
    crv: 'P-256',
    x: text(point.subarray(1, 33)),
    y: text(point.subarray(33)),
    d: text(secret),
  };
}

/** A pass as the phone holds it. */
export interface HeldPass {
  /** The pseudonym, hexadecimal. */
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly begins: number;
  readonly ends: number;
  /** `null` for a printed card. */
  readonly signer: Signer | null;
}

/** What is shown, and which pass it is. */
export interface ShownCode {
  readonly text: string;
  readonly pass: HeldPass;
  readonly iat: number | null;
  readonly seq: number | null;
}

/** A phone, or a printed card. */
export interface Phone {
  readonly id: string;
  /** Milliseconds that its clock is ahead. */
  clockError: number;
  passes: HeldPass[];
  /** The code for the moment; `undefined` when no pass of it was ever good by then. */
  show(
    now: Moment,
    choose?: (passes: readonly HeldPass[]) => HeldPass | undefined,
  ): Promise<ShownCode | undefined>;
}

/** A phone without passes. */
export function createPhone(id: string, dice: Dice, clockError: number): Phone {
  let seq = dice.below(40_000);
  return {
    id,
    clockError,
    passes: [],
    async show(now, choose = (passes) => passes.at(-1)) {
      const iat = Math.floor((now + this.clockError) / 1000);
      const begun = this.passes.filter((pass) => pass.begins <= iat);
      const pass = choose(begun);
      if (pass === undefined) return undefined;
      if (pass.signer === null) return { text: printCode(pass.bytes), pass, iat: null, seq: null };
      seq = (seq + 1) & 0xffff;
      return { text: await showCode(pass.bytes, pass.signer, { iat, seq }), pass, iat, seq };
    },
  };
}

/** A UUID from the dice, as the server names phones. */
export function phoneIdFrom(dice: Dice): string {
  const hex = Buffer.from(dice.bytes(16)).toString('hex');
  return hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, '$1-$2-4$3-8$4-$5');
}

/** Passwords: scrypt (RFC 7914) with its parameters beside the hash, compared in constant time. */
import { type BinaryLike, scrypt, timingSafeEqual } from 'node:crypto';
import type { Random } from '../edge/clock.ts';

/** The binary logarithm of scrypt's N in production: 128 MiB and about half a second a password. */
export const PASSWORD_COST = 17;
/** Fewer characters are no password. */
export const PASSWORD_LEAST = 12;
/** More characters are no password either. */
export const PASSWORD_MOST = 200;

const R = 8;
const P = 1;
const SALT_BYTES = 16;
const HASH_BYTES = 32;
const STORED = /^\$scrypt\$ln=(\d+),r=(\d+),p=(\d+)\$([\w-]+)\$([\w-]+)$/;

/** Whether a password may be set: long enough, and no name or one character over and over. */
export function isFitPassword(password: string, name: string): boolean {
  const characters = [...password.normalize('NFKC')];
  return (
    characters.length >= PASSWORD_LEAST &&
    characters.length <= PASSWORD_MOST &&
    new Set(characters).size >= 5 &&
    !(name.length >= 4 && password.toLowerCase().includes(name))
  );
}

/** What is stored of a password; `cost` is the binary logarithm of N. */
export async function hashPassword(
  password: string,
  cost: number,
  random: Random,
): Promise<string> {
  const salt = Buffer.from(random.bytes(SALT_BYTES));
  const hash = await derive(password, salt, cost, R, P);
  const text = [salt, hash].map((bytes) => bytes.toString('base64url')).join('$');
  return `$scrypt$ln=${cost},r=${R},p=${P}$${text}`;
}

/**
 * Whether the password is the stored one. Without a stored one the same work is done for nothing,
 * so that an unknown name takes as long as a known one.
 */
export async function isPassword(
  password: string,
  stored: string | undefined,
  cost: number,
): Promise<boolean> {
  const match = STORED.exec(stored ?? '');
  if (match === null) {
    await derive(password, Buffer.alloc(SALT_BYTES), cost, R, P);
    return false;
  }
  const [ln, r, p] = match.slice(1, 4).map(Number) as [number, number, number];
  const [salt, hash] = match.slice(4).map((text) => Buffer.from(text, 'base64url')) as [
    Buffer,
    Buffer,
  ];
  return timingSafeEqual(await derive(password, salt, ln, r, p), hash);
}

/** One at a time, so that many who sign in at once do not take the memory. */
let turn: Promise<unknown> = Promise.resolve();

function derive(
  password: string,
  salt: BinaryLike,
  cost: number,
  r: number,
  p: number,
): Promise<Buffer> {
  const options = { N: 2 ** cost, r, p, maxmem: 2 ** cost * r * 128 + 2 ** 20 };
  const mine = turn.then(
    () =>
      new Promise<Buffer>((resolve, reject) => {
        scrypt(password.normalize('NFKC'), salt, HASH_BYTES, options, (failure, hash) =>
          failure === null ? resolve(hash) : reject(failure),
        );
      }),
  );
  turn = mine.catch(() => {});
  return mine;
}

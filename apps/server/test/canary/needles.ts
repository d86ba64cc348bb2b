/** Looks for secrets in bytes, in every usual writing. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** A secret in one writing. */
export interface Needle {
  readonly what: string;
  readonly form: string;
  readonly bytes: Buffer;
}

/** GBK of the two characters that Node cannot encode. */
const GBK: Readonly<Record<string, string>> = { 龘: 'fd93', 靐: 'ec68' };

/** A secret in every writing; what is plain ASCII is the same in several, and is kept once. */
export function needlesOf(what: string, secret: string): Needle[] {
  const utf8 = Buffer.from(secret);
  const little = Buffer.from(secret, 'utf16le');
  const big = Buffer.from(little).swap16();
  const percent = [...utf8].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
  const escaped = [...secret].map((one) => `\\u${hexOf(one.charCodeAt(0), 4)}`).join('');
  const gbk = [...secret].map((one) => GBK[one] ?? Buffer.from(one, 'latin1').toString('hex'));
  const forms: Record<string, Buffer> = {
    'UTF-8': utf8,
    GBK: Buffer.from(gbk.join(''), 'hex'),
    'UTF-16LE': little,
    'UTF-16BE': big,
    hex: Buffer.from(utf8.toString('hex')),
    HEX: Buffer.from(utf8.toString('hex').toUpperCase()),
    percent: Buffer.from(percent),
    PERCENT: Buffer.from(percent.toUpperCase()),
    escape: Buffer.from(escaped),
    ESCAPE: Buffer.from(escaped.replace(/[a-f]/g, (digit) => digit.toUpperCase())),
  };
  for (const before of [0, 1, 2]) {
    const text = base64Within(utf8, before);
    forms[`base64 after ${before}`] = Buffer.from(text);
    forms[`base64url after ${before}`] = Buffer.from(
      text.replaceAll('+', '-').replaceAll('/', '_'),
    );
  }
  const seen = new Set<string>();
  return Object.entries(forms).flatMap(([form, bytes]) => {
    const key = bytes.toString('hex');
    if (seen.has(key)) return [];
    seen.add(key);
    return [{ what, form, bytes }];
  });
}

function hexOf(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}

/** The characters of base64 that the bytes alone decide, when so many bytes stand before them. */
function base64Within(bytes: Buffer, before: number): string {
  const text = Buffer.concat([Buffer.alloc(before), bytes])
    .toString('base64')
    .replace(/=+$/, '');
  const first = Math.ceil((before * 8) / 6);
  const last = Math.floor(((before + bytes.length) * 8) / 6);
  return text.slice(first, last);
}

/** The needles that stand in the bytes. */
export function findIn(bytes: Uint8Array, needles: readonly Needle[]): string[] {
  const hay = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return needles
    .filter((needle) => hay.includes(needle.bytes))
    .map(({ what, form }) => `${what} (${form})`);
}

/** Every file below the folder in which a needle stands, with what was found. */
export function findInFolder(folder: string, needles: readonly Needle[]): string[] {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true });
  return names
    .filter((entry) => entry.isFile())
    .flatMap((entry) => {
      const file = path.join(entry.parentPath, entry.name);
      return findIn(readFileSync(file), needles).map(
        (found) => `${path.relative(folder, file)}: ${found}`,
      );
    });
}

/**
 * A checkpoint as text: the C2SP forms signed-note and tlog-checkpoint, signed with ECDSA on P-256
 * over SHA-256 (signature type 0x02: DER, key id from the SubjectPublicKeyInfo). Pure.
 */
import type { LogKey, LogSigner } from './log-key.ts';
import { HASH_BYTES, type Hash } from './tree.ts';

/** What a checkpoint says. */
export interface Checkpoint {
  /** From 1, without a gap. */
  readonly number: number;
  readonly size: number;
  readonly root: Hash;
  /** An instant. */
  readonly madeAt: string;
}

const KEY_ID_BYTES = 4;
const BODY =
  /^([^\s+]+)\n(0|[1-9]\d{0,15})\n([A-Za-z0-9+/]{43}=)\ncheckpoint ([1-9]\d{0,15}) (\d{4}-\S+Z)\n$/;
const SIGNATURE = /^— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})$/;

/** The text that is signed; number and moment stand in the one extension line. */
export function checkpointText(origin: string, checkpoint: Checkpoint): string {
  const { number, size, root, madeAt } = checkpoint;
  return `${origin}\n${size}\n${toBase64(root)}\ncheckpoint ${number} ${madeAt}\n`;
}

/** Signs the checkpoint: the whole note. */
export function signCheckpoint(signer: LogSigner, checkpoint: Checkpoint): string {
  const text = checkpointText(signer.origin, checkpoint);
  const signature = Buffer.concat([signer.keyId, signer.sign(text)]);
  return `${text}\n— ${signer.origin} ${toBase64(signature)}\n`;
}

/** What the note says, or why it must not be believed. Signatures of others are passed over. */
export function openCheckpoint(key: LogKey, note: string): Checkpoint | { readonly wrong: string } {
  const gap = note.lastIndexOf('\n\n');
  if (gap < 0 || !note.endsWith('\n')) return { wrong: 'the note has no signature' };
  const text = note.slice(0, gap + 1);
  const match = BODY.exec(text);
  const [, origin, size, root = '', number, madeAt = ''] = match ?? [];
  if (match === null) return { wrong: 'the note is not a checkpoint' };
  if (origin !== key.origin) return { wrong: `the note is of another log, ${origin}` };
  if (!isSigned(key, text, note.slice(gap + 2, -1).split('\n'))) {
    return { wrong: 'the signature does not hold' };
  }
  const hash = fromBase64(root);
  if (hash?.length !== HASH_BYTES) return { wrong: 'the root is no hash' };
  return { number: Number(number), size: Number(size), root: hash, madeAt };
}

function isSigned(key: LogKey, text: string, lines: readonly string[]): boolean {
  const ours = lines.flatMap((line) => {
    const [, name, base64 = ''] = SIGNATURE.exec(line) ?? [];
    const bytes = fromBase64(base64);
    if (bytes === undefined || name !== key.origin) return [];
    return key.keyId.equals(bytes.subarray(0, KEY_ID_BYTES)) ? [bytes] : [];
  });
  if (ours.length === 0) return false;
  return ours.every((bytes) => key.verify(text, bytes.subarray(KEY_ID_BYTES)));
}

function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

/** Only the one right spelling: other spellings of the same bytes are no base64 of RFC 4648. */
function fromBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : undefined;
}

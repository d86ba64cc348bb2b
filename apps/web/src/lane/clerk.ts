/**
 * The clerk at the lane: signs in at the server; without a network, whoever has signed in here
 * within three days unlocks the lane by the same password.
 */
import type { WebKey } from '@liyu/pass/web';
import { Fault, request, sendJson } from './http.ts';
import type { Identity, Keep } from './keep.ts';
import { clock, random } from './system.ts';

const WITHIN_MS = 10_000;
/** Longer than any window for codes, so that a clerk can still admit by hand after it. */
const UNLOCK_MS = 3 * 86_400_000;
/** What one guess at a stolen check costs (PBKDF2 with SHA-256). */
const ROUNDS = 600_000;

/** Who works at the lane. */
export interface Clerk {
  readonly name: string;
  /** Whether the server knows: then it tells names, and may be asked. */
  readonly isOnline: boolean;
}

/** Why nobody is signed in. */
export type SignInRefusal =
  | 'wrong_password'
  | 'too_many_tries'
  | 'other_partner'
  | 'unknown_here'
  | 'fault';

interface Session {
  readonly name: string;
  readonly role: string | null;
  readonly partner: string | null;
}

/** Signs the clerk in, at the server if it is reached. */
export async function signIn(
  keep: Keep,
  identity: Identity,
  name: string,
  password: string,
): Promise<Clerk | SignInRefusal> {
  try {
    const session = await sendJson<Session>('/sessions', { name, password }, WITHIN_MS);
    if (session.role !== 'clerk' || session.partner !== identity.partner) {
      await signOut();
      return 'other_partner';
    }
    await rememberUnlock(keep, name, password);
    return { name, isOnline: true };
  } catch (cause) {
    if (!(cause instanceof Fault)) throw cause;
    if (cause.code === 'unreachable' || cause.status >= 500) return unlock(keep, name, password);
    if (cause.status === 401) {
      await keep.removeUnlock(name);
      return 'wrong_password';
    }
    return cause.status === 429 ? 'too_many_tries' : 'fault';
  }
}

/** Ends the session, if the server can be told. */
export async function signOut(): Promise<void> {
  await request('/sessions/current', WITHIN_MS, { method: 'DELETE' }).catch(() => undefined);
}

async function unlock(keep: Keep, name: string, password: string): Promise<Clerk | SignInRefusal> {
  const kept = await keep.findUnlock(name);
  if (kept === undefined || kept.goodUntil < clock.wall()) return 'unknown_here';
  const check = await checkOf(await unlockKey(keep), password, kept.salt);
  const isSame = check.every((byte, at) => byte === kept.check[at]);
  return isSame ? { name, isOnline: false } : 'wrong_password';
}

async function rememberUnlock(keep: Keep, name: string, password: string): Promise<void> {
  const salt = random.bytes(16);
  const check = await checkOf(await unlockKey(keep), password, salt);
  await keep.putUnlock(name, { salt, check, goodUntil: clock.wall() + UNLOCK_MS });
}

/** Never leaves this browser, so that the checks are worth nothing elsewhere. */
async function unlockKey(keep: Keep): Promise<WebKey> {
  const kept = await keep.find('unlockKey');
  if (kept !== undefined) return kept;
  const made = await crypto.subtle.generateKey({ name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  await keep.put('unlockKey', made);
  return made;
}

async function checkOf(
  key: WebKey,
  password: string,
  salt: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  const { subtle } = crypto;
  const secret = new TextEncoder().encode(password);
  const base = await subtle.importKey('raw', secret, 'PBKDF2', false, ['deriveBits']);
  const derivation = { name: 'PBKDF2', hash: 'SHA-256', salt, iterations: ROUNDS };
  const stretched = await subtle.deriveBits(derivation, base, 256);
  return new Uint8Array(await subtle.sign('HMAC', key, stretched));
}

/**
 * One-time codes (一次性验证码): six digits, five minutes, five tries, ten a number and day. Nobody can
 * tell a known number from an unknown one: the request does the same for both, and whether
 * anything is sent is found out afterwards (`notice/deliver.ts`).
 */
import { timingSafeEqual } from 'node:crypto';
import { type Instant, instantOf, secondsOf } from '@liyu/domain/kernel';
import type { Kysely } from 'kysely';
import { type Allowance, takeOne } from '../allowance/workflow.ts';
import type { Core } from '../core.ts';
import type { Schema } from '../database/schema.ts';
import type { KnownDonation } from '../donation/known-donation.ts';
import { normalisePhone } from '../donor/phone.ts';
import { phoneHash } from '../donor/workflow.ts';
import { randomDigits } from '../edge/digits.ts';
import { networkOf } from '../edge/network.ts';
import { enqueueNotices } from '../notice/workflow.ts';
import { deleteCode, deleteExpired, putCode, takeTry } from './store.ts';

/** How long a code is good. */
export const CODE_LIFE_SECONDS = 300;
const CODE_DIGITS = 6;
const TRIES = 5;
const CODES_A_PHONE: Allowance = { name: 'code-phone', times: 10, seconds: 86_400 };
/** A collection point's network may have many donors behind one address. */
const CODES_AN_ADDRESS: Allowance = { name: 'code-address', times: 30, seconds: 3600 };

/** Who asks for a code, from where. */
export interface CodeRequest {
  readonly phone: string;
  readonly address: string;
  /** What lets a code go to a number that nobody has on record. */
  readonly knownDonation?: KnownDonation | undefined;
}

/**
 * Makes a code and has it sent to the number, if there is anybody. When it is asked for too often,
 * answers the moment from which it may be again.
 */
export async function requestCode(core: Core, request: CodeRequest): Promise<Instant | undefined> {
  const phone = normalisePhone(request.phone);
  const againAt =
    (await takeOne(core, CODES_AN_ADDRESS, networkOf(request.address))) ??
    (await takeOne(core, CODES_A_PHONE, phone));
  if (againAt !== undefined) return againAt;
  const code = randomDigits(core.random, CODE_DIGITS);
  const codeId = core.newId();
  const expiresAt = instantOf(secondsOf(core.clock.now()) + CODE_LIFE_SECONDS);
  const values = { code, minutes: String(CODE_LIFE_SECONDS / 60) };
  const { knownDonation } = request;
  await core.database.transaction().execute(async (transaction) => {
    await putCode(transaction, {
      phone_hash: phoneHash(core.cipher, phone),
      code_id: codeId,
      code_hash: hashOf(core, codeId, code),
      tries_left: TRIES,
      expires_at: expiresAt,
    });
    await enqueueNotices(core, transaction, [
      {
        eventKey: `code:${codeId}`,
        kind: 'one_time_code',
        donorId: null,
        body: { values, phone, ...(knownDonation === undefined ? {} : { knownDonation }) },
        expiresAt,
      },
    ]);
  });
  return undefined;
}

/**
 * Counts a try, then judges it in constant time: answers the code's id when it is right. The code
 * goes on until `endCode`.
 */
export async function tryCode(
  core: Core,
  phone: string,
  code: string,
): Promise<string | undefined> {
  const asked = await takeTry(core.database, phoneHash(core.cipher, phone), core.clock.now());
  const codeId = asked?.codeId ?? '';
  const right = timingSafeEqual(
    hashOf(core, codeId, code),
    asked?.codeHash ?? Buffer.alloc(hashOf(core, '', '').length),
  );
  return asked !== undefined && right ? codeId : undefined;
}

/** Uses a code up within the caller's transaction; false when somebody else just did. */
export function endCode(
  core: Core,
  transaction: Kysely<Schema>,
  phone: string,
  codeId: string,
): Promise<boolean> {
  return deleteCode(transaction, phoneHash(core.cipher, phone), codeId);
}

/** Forgets the codes that are good no more. */
export function forgetCodes(core: Core): Promise<void> {
  return deleteExpired(core.database, core.clock.now());
}

function hashOf(core: Core, codeId: string, code: string): Uint8Array {
  return core.cipher.blindIndex('one-time-code', `${codeId}\0${code}`);
}

/** An attempt to use a benefit: what was sent, where, when, and under which device's name. */
import { createHash } from 'node:crypto';
import type { Instant } from '@liyu/domain/kernel';
import type { Level, Venue } from '@liyu/domain/programme';
import { findVenueWithin, type Scope } from '../access/caller.ts';
import { canonicalJson } from '../audit/canonical-json.ts';
import type { Core } from '../core.ts';
import type { DeviceMark } from '../edge/device.ts';
import type { ScanAnswer } from './answer.ts';
import type { Sent } from './scan-record.ts';

/** A visit at a clinic, fen; what insurance pays is at most the fee. */
export interface Visit {
  readonly level: Level;
  readonly feeFen: number;
  readonly insuredFen: number;
}

/** Who lets a donor in without a code, and why (人工兜底, the manual fallback). */
export interface Admission {
  readonly clerk: string;
  readonly reason: string;
}

/** Where and when, whichever way the donor is recognised. */
export interface Occasion {
  readonly venue: string;
  readonly direction?: 'in' | 'out' | undefined;
  /** The moment; the server's own clock when left out. */
  readonly at?: Instant | undefined;
  readonly visit?: Visit | undefined;
  /** The device's name for it; sent again under the same name, it gets the same answer. */
  readonly device?: DeviceMark | undefined;
}

/** An occasion with everything filled in. */
export interface Attempt {
  readonly venueId: string;
  /** `undefined` where the programme knows no such place, or it is out of the caller's reach. */
  readonly venue: Venue | undefined;
  readonly direction: 'in' | 'out';
  readonly at: Instant;
  readonly visit: Visit | null;
  readonly admission: Admission | null;
  readonly mark: DeviceMark;
  readonly body: unknown;
  readonly bodyHash: string;
}

/** The attempt of an occasion; `body` is all that was sent, and holds no personal field. */
export function attemptOf(
  core: Core,
  scope: Scope,
  occasion: Occasion,
  admission: Admission | null,
  body: Record<string, unknown>,
): Attempt {
  return {
    venueId: occasion.venue,
    venue: findVenueWithin(scope, core.programme, occasion.venue),
    direction: occasion.direction ?? 'in',
    at: occasion.at ?? core.clock.now(),
    visit: occasion.visit ?? null,
    admission,
    mark: occasion.device === undefined ? core.nextMark() : markWithin(scope, occasion.device),
    body,
    bodyHash: createHash('sha256').update(canonicalJson(body)).digest('hex'),
  };
}

/** A partner's devices have names of their own: none meets what another partner's has sent. */
function markWithin(scope: Scope, mark: DeviceMark): DeviceMark {
  return scope.reach === 'partner' ? { ...mark, id: `${scope.partner}/${mark.id}` } : mark;
}

/** What is stored of the attempt itself: the device's name, the body's hash, the answer. */
export function sentOf(core: Core, attempt: Attempt, answer: ScanAnswer): Sent {
  const { mark, body, bodyHash } = attempt;
  return {
    deviceId: mark.id,
    bootEpoch: mark.bootEpoch,
    seq: mark.seq,
    bodyHash,
    body,
    answer,
    quarantineId: core.newId(),
    recordedAt: core.clock.now(),
  };
}

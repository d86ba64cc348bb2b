/** Who calls over HTTP, and how far he reaches. */
import type { Instant } from '@liyu/domain/kernel';
import { findVenue, type Programme, type Venue } from '@liyu/domain/programme';
import type { FastifyRequest } from 'fastify';
import { Problem } from '../edge/problem.ts';
import { findReach, OPERATIONS, type Operation, type Role, type Rule } from './roles.ts';

/** A known caller. The owner shows the home's secret; in development nobody needs to sign in. */
export type Caller =
  | { readonly kind: 'owner'; readonly id: string }
  | ({ readonly kind: 'staff'; readonly id: string; readonly role: Role } & Scoped)
  | ({ readonly kind: 'machine'; readonly id: string; readonly role: Role } & Scoped)
  | {
      readonly kind: 'donor';
      readonly id: string;
      readonly role: 'donor';
      readonly donorId: string;
      /** Names the phone on which he is signed in. */
      readonly sessionId: string;
      /** How he showed who he is: by the number on record, or by a donation. */
      readonly identifiedBy: 'phone' | 'donation';
    };

interface Scoped {
  /** Whose venues, uses and statements; left out for the city's own people. */
  readonly partner?: string;
  /** Until when the caller counts as just signed in. */
  readonly steppedUpUntil?: Instant;
}

/** How much of the records a caller may touch; stores put it into their queries. */
export type Scope =
  | { readonly reach: 'city' }
  | { readonly reach: 'partner'; readonly partner: string }
  | { readonly reach: 'self'; readonly donorId: string };

/** Everything: for the home's owner and for the server's own work. */
export const WHOLE_CITY: Scope = { reach: 'city' };

/** Finds out who calls; `undefined` when the request shows nothing of its kind. */
export type Identify = (request: FastifyRequest) => Promise<Caller | undefined>;

declare module 'fastify' {
  interface FastifyRequest {
    /** Set for every route that names an operation. */
    caller: Caller | undefined;
    scope: Scope | undefined;
  }
  interface FastifyContextConfig {
    /** What a call of this route does, by which the caller's role is judged. */
    operation?: Operation;
  }
}

/** The scope of the caller in the operation, or the problem (401, 403) that says why not. */
export function authorise(caller: Caller | undefined, operation: Operation, now: Instant): Scope {
  if (caller === undefined) throw new Problem(401, 'not_signed_in', 'sign in first');
  if (caller.kind === 'owner') return WHOLE_CITY;
  const reach = findReach(caller.role, operation);
  if (reach === undefined) throw notAllowed(operation);
  if ((OPERATIONS[operation] as Rule).stepUp) {
    const until = caller.kind === 'donor' ? undefined : caller.steppedUpUntil;
    if (until === undefined || until <= now) {
      throw new Problem(403, 'step_up_needed', 'show the password again, then repeat the request');
    }
  }
  if (reach === 'city') return WHOLE_CITY;
  if (reach === 'self') {
    if (caller.kind !== 'donor') throw notAllowed(operation);
    return { reach, donorId: caller.donorId };
  }
  const partner = caller.kind === 'donor' ? undefined : caller.partner;
  if (partner === undefined) throw notAllowed(operation);
  return { reach, partner };
}

function notAllowed(operation: Operation): Problem {
  return new Problem(403, 'not_allowed', `the role may not: ${OPERATIONS[operation].text.en}`);
}

/** The caller of a route that names an operation. */
export function callerOf(request: FastifyRequest): Caller {
  if (request.caller === undefined) throw new Error('invariant broken: the route has an operation');
  return request.caller;
}

/** How far that caller reaches in the route's operation. */
export function scopeOf(request: FastifyRequest): Scope {
  if (request.scope === undefined) throw new Error('invariant broken: the route has an operation');
  return request.scope;
}

/** Whether what belongs to the partner is within the scope. A foreign one answers as an unknown one. */
export function includesPartner(scope: Scope, partner: string): boolean {
  return scope.reach === 'city' || (scope.reach === 'partner' && scope.partner === partner);
}

/** The venue of the id, or `undefined`: nobody knows it, or it is another partner's. */
export function findVenueWithin(scope: Scope, programme: Programme, id: string): Venue | undefined {
  const venue = findVenue(programme, id);
  return venue !== undefined && includesPartner(scope, venue.partner) ? venue : undefined;
}

/** The donor who calls of himself, or the problem (400) that this is nobody else's to call. */
export function donorOf(request: FastifyRequest): Caller & { readonly kind: 'donor' } {
  const caller = callerOf(request);
  if (caller.kind === 'donor') return caller;
  throw new Problem(400, 'donors_only', 'only a donor calls this, for himself');
}

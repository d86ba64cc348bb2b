/**
 * One request for every operation of the interface, for the generated tests of who may call. A new
 * route needs one entry here: what is sent, and what answers those who may.
 */
import { generateKey } from '@liyu/pass/node';
import { residentNumber } from '../../../test/test-core.ts';

/** Something to send; parameters of the path that are not named are ids that nobody has. */
export interface Sent {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: object;
}

/** A request by somebody of the partner `OWN`, or by the donor himself. */
export interface SampleRequest extends Sent {
  /** The status for those who may. */
  readonly answers: number;
  /**
   * For an operation that reaches one partner or one donor: the same request for what is another's,
   * and for what nobody has. Both must answer alike. `null` where a request names no such thing.
   */
  readonly foreign?: { readonly theirs: Sent; readonly nobodys: Sent } | null;
}

/** Two partners with a venue each, and what exists of donors. */
export interface World {
  readonly donorId: string;
  readonly otherDonorId: string;
  readonly password: string;
}
export const OWN = { partner: 'metro-2', venue: 'metro-demo' };
export const THEIR = { partner: 'bus', venue: 'bus-regular' };
export const NOBODY_ID = '00000000-0000-7000-8000-000000000000';

/** The requests by method and path of the OpenAPI document. */
export function requestsOf(world: World): Readonly<Record<string, SampleRequest>> {
  const { donorId, otherDonorId, password } = world;
  const { x, y } = generateKey().privateJwk;
  const at = (venue: string) => ({ code: 'LY1:ABC', venue });
  const by = (venue: string) => ({ donorId, venue, reason: 'no phone' });
  const donor = (id: string) => ({ params: { id } });
  const month = (partner: string) => ({ partner, month: '2026-11' });
  const foreign = (make: (id: string) => object, theirs: string) => ({
    theirs: { body: make(theirs) },
    nobodys: { body: make('nowhere') },
  });
  return {
    'GET /api/v1/sessions/current': { answers: 200, foreign: null },
    'DELETE /api/v1/sessions/current': { answers: 204, foreign: null },
    'POST /api/v1/sessions/current/step-up': { body: { password }, answers: 200, foreign: null },
    'GET /api/v1/donors/me': { answers: 200, foreign: null },
    'PUT /api/v1/donors/me/notices': {
      body: { channel: 'none', language: 'en', email: null },
      answers: 200,
      foreign: null,
    },
    'POST /api/v1/claims': {
      body: { document: residentNumber(1) },
      answers: 200,
      foreign: {
        theirs: { body: { document: residentNumber(2) } },
        nobodys: { body: { document: residentNumber(9) } },
      },
    },
    'POST /api/v1/claims/counter': {
      body: { document: residentNumber(2), seen: 'card seen' },
      answers: 200,
    },
    'POST /api/v1/passes': { body: { holderKeys: [{ x, y }] }, answers: 200, foreign: null },
    'POST /api/v1/passes/printed': {
      body: { document: residentNumber(2), seen: 'card seen' },
      answers: 200,
    },
    'GET /api/v1/notices': { answers: 200 },
    'POST /api/v1/gates': { body: { venue: OWN.venue }, answers: 200 },
    'GET /api/v1/gates': { answers: 200 },
    'POST /api/v1/gates/{id}/batches': {
      body: { sentAt: '2026-11-24T12:00:00+08:00', records: [] },
      answers: 404,
      foreign: null,
    },
    'GET /api/v1/gates/{id}/quarantine': { answers: 404 },
    'GET /api/v1/gates/{id}/programme': { answers: 404, foreign: null },
    'POST /api/v1/gates/{id}/secret': { answers: 404 },
    'POST /api/v1/gates/{id}/revocation': { body: { reason: 'stolen' }, answers: 404 },
    'POST /api/v1/redemptions': {
      body: at(OWN.venue),
      answers: 200,
      foreign: foreign(at, THEIR.venue),
    },
    'POST /api/v1/manual-fallbacks': {
      body: by(OWN.venue),
      answers: 200,
      foreign: foreign(by, THEIR.venue),
    },
    'POST /api/v1/lane-look-ups': {
      body: at(OWN.venue),
      answers: 200,
      foreign: foreign(at, THEIR.venue),
    },
    'POST /api/v1/settlements': {
      body: month(OWN.partner),
      answers: 200,
      foreign: foreign(month, THEIR.partner),
    },
    'GET /api/v1/partners/{partner}/uses': {
      params: { partner: OWN.partner },
      query: { month: '2026-11' },
      answers: 200,
      foreign: {
        theirs: { params: { partner: THEIR.partner }, query: { month: '2026-11' } },
        nobodys: { params: { partner: 'nowhere' }, query: { month: '2026-11' } },
      },
    },
    'POST /api/v1/donors/search': {
      body: { number: 'E1234567', type: 'passport' },
      answers: 200,
      foreign: null,
    },
    'GET /api/v1/donors/{id}': { ...donor(donorId), answers: 200 },
    'GET /api/v1/donors/{id}/standing': { ...donor(donorId), answers: 200 },
    'POST /api/v1/donors/{id}/reveal': {
      ...donor(donorId),
      body: { reason: 'a test' },
      answers: 200,
    },
    'GET /api/v1/donors/{id}/looks': { ...donor(donorId), answers: 200 },
    'GET /api/v1/donors/me/looks': { answers: 200, foreign: null },
    'POST /api/v1/donors/{id}/changes': {
      body: { phone: '15400000002', reason: 'a test', preview: true },
      answers: 404,
    },
    'GET /api/v1/donors/{id}/freezes': { ...donor(donorId), answers: 200 },
    'POST /api/v1/donors/{id}/freezes': {
      body: { because: 'request', reason: 'a test', preview: true },
      answers: 404,
    },
    'POST /api/v1/donors/{id}/reinstatements': {
      body: { reason: 'a test', preview: true },
      answers: 404,
    },
    'GET /api/v1/donors/{id}/passes': { ...donor(donorId), answers: 200 },
    'POST /api/v1/donors/{id}/passes/{passId}/freezes': {
      body: { because: 'lost', reason: 'a test', preview: true },
      answers: 404,
    },
    'POST /api/v1/donors/{id}/passes/{passId}/reinstatements': {
      body: { reason: 'a test', preview: true },
      answers: 404,
    },
    'GET /api/v1/clone-alarms': { answers: 200 },
    'POST /api/v1/donors/{id}/appeals': { body: { reason: 'a test', preview: true }, answers: 404 },
    'POST /api/v1/donation-imports': { answers: 415 },
    'GET /api/v1/donation-imports': { answers: 200 },
    'POST /api/v1/donations': { body: { donation_number: 'A1' }, answers: 200 },
    'GET /api/v1/donation-imports/{importId}': { answers: 404 },
    'GET /api/v1/donation-imports/{importId}/events': { answers: 404 },
    'GET /api/v1/donation-imports/{importId}/errors.csv': { answers: 404 },
    'POST /api/v1/donation-imports/{importId}/revert': { body: { reason: 'a test' }, answers: 404 },
    'POST /api/v1/corrections': {
      body: { donation: 'A999', correction: 'voided', reason: 'a test' },
      answers: 404,
    },
    'POST /api/v1/merges': {
      body: { from: donorId, into: otherDonorId, reason: 'a test', preview: true },
      answers: 200,
    },
    'POST /api/v1/merges/{id}/undo': { body: { reason: 'a test' }, answers: 404 },
    'GET /api/v1/approvals': { answers: 200 },
    'GET /api/v1/approvals/{id}': { answers: 404 },
    'POST /api/v1/approvals/{id}/decision': { body: { granted: true }, answers: 404 },
  };
}

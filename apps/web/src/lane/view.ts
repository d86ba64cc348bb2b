/** What the lane shows at one moment, and how it looks and sounds. */
import type { GateAnswer } from '@liyu/gate';
import type { SignKind } from '../shared/Sign.tsx';
import type { LookUp } from './look-up.ts';
import type { ShownPerson } from './seal.ts';
import type { Tone } from './tone.ts';

/** Why somebody is admitted by hand; texts are looked up by it. */
export const REASONS = ['no_phone', 'no_power', 'unreadable', 'needs_help'] as const;
export type ReasonId = (typeof REASONS)[number];

/** Something to add under an answer. */
export type Remark = 'signedOut' | 'tooMany' | 'needsDesk' | 'tooShort' | 'noSealingKey';

/** The view. */
export type View =
  | { readonly phase: 'waiting'; readonly remark?: Remark }
  | { readonly phase: 'working' }
  /** A code was judged, and what was answered is recorded. */
  | {
      readonly phase: 'answered';
      readonly answer: GateAnswer;
      readonly found?: LookUp;
      readonly remark?: Remark;
      readonly atMs: number;
    }
  /** The server has told of a document or card; Enter admits where it may pass. */
  | { readonly phase: 'found'; readonly shown: ShownPerson; readonly found: LookUp }
  /** Nobody can be asked; Enter admits by hand. */
  | { readonly phase: 'unknown'; readonly shown: ShownPerson; readonly remark?: Remark }
  | {
      readonly phase: 'admitted';
      readonly answer: GateAnswer;
      readonly found?: LookUp;
      readonly reason: ReasonId;
      readonly atMs: number;
    };

/** Refusals that no waiting and no clerk makes good: they are red. */
const RED: ReadonlySet<string> = new Set([
  'key_unknown',
  'alg_mismatch',
  'issuer_signature',
  'holder_signature_missing',
  'holder_signature',
  'revoked',
  'suspended',
  'card_ended',
  'no_card',
  'pass_expired',
]);

/** Of these a clerk must not make a yes, whatever document is shown. */
const NO_HELP: ReadonlySet<string> = new Set([
  'revoked',
  'suspended',
  'line_excluded',
  'honour_only',
]);

/** Whether the clerk may look at a document instead. */
export function mayHelp(code: string): boolean {
  return !NO_HELP.has(code);
}

/** The sign of the view. */
export function signOf(view: View): SignKind {
  if (view.phase === 'waiting' || view.phase === 'working') return 'waiting';
  if (view.phase === 'unknown') return 'amber';
  const { open, code } = view.phase === 'found' ? view.found : view.answer;
  if (open) return 'yes';
  return RED.has(code) ? 'red' : 'amber';
}

/** What the view sounds like, once, when it comes. */
export function toneOf(view: View): Tone | undefined {
  if (view.phase === 'waiting' || view.phase === 'working') return undefined;
  if (view.phase === 'unknown') return 'ask';
  if (view.phase === 'found') return view.found.open ? 'ask' : 'no';
  return view.answer.open ? 'yes' : 'no';
}

/** Whether Enter on an empty field admits somebody now. */
export function canAdmit(view: View): boolean {
  if (view.phase === 'found') return view.found.open;
  return view.phase === 'unknown' && view.remark !== 'noSealingKey';
}

/** Whether there is something to print. */
export function hasSlip(view: View): view is View & { phase: 'answered' | 'admitted' } {
  return (view.phase === 'answered' || view.phase === 'admitted') && view.answer.open;
}

/** A gate (闸机) as its last event left it, and the device that stands for it. */
import type { Instant } from '@liyu/domain/kernel';

/** What may happen to a gate. */
export type GateEvent = 'added' | 'secret_made' | 'enrolled' | 'revoked';

/** The gate. */
export interface Gate {
  readonly gateId: string;
  readonly version: number;
  readonly event: GateEvent;
  /** Where it stands. */
  readonly venueId: string;
  readonly name: string | null;
  /** SHA-256 of the secret by which a device may enrol, or has enrolled last. */
  readonly secretHash: Uint8Array | null;
  readonly secretEndsAt: Instant | null;
  /** The machine client that the device is; `null` before the first has enrolled. */
  readonly machineId: string | null;
  readonly reason: string | null;
}

/** `waiting` for a device, at `work`, or `revoked`. */
export type GateState = 'waiting' | 'at_work' | 'revoked';

/** The state; a new secret does not end the device that is there before another has enrolled. */
export function stateOf({ event, machineId }: Pick<Gate, 'event' | 'machineId'>): GateState {
  if (event === 'revoked') return 'revoked';
  return machineId === null ? 'waiting' : 'at_work';
}

/** The name of the machine client for the gate's so-manieth enrolment: never given twice. */
export function machineIdOf(gateId: string, version: number): string {
  return `gate-${gateId}.${version}`;
}

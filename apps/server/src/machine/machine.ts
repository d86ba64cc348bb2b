/** A machine client as its last event left it. */
import type { Role } from '../access/roles.ts';
import type { MachineKey } from './key.ts';

/** The roles that a machine may have. Whose machine a device or a clerk's system is, is said too. */
export const MACHINE_ROLES = ['device', 'blood_bank', 'clerk'] as const satisfies readonly Role[];
/** A device that was lost keeps its name and key, and may do nothing but send what it has kept. */
export type MachineRole = (typeof MACHINE_ROLES)[number] | 'lost_device';

/** A machine's name: it is its `client_id` too. */
export const MACHINE_NAME = /^[a-z0-9][a-z0-9.-]{0,62}$/;

/** What may happen to a machine. */
export type MachineEvent = 'registered' | 'keys_changed' | 'lost' | 'disabled';

/** The machine; it has no keys when it is disabled. */
export interface Machine {
  /** Its name, which is its `client_id`. */
  readonly machineId: string;
  readonly version: number;
  readonly event: MachineEvent;
  readonly role: MachineRole;
  readonly partner: string | null;
  readonly keys: readonly MachineKey[];
  readonly recordedAt: string;
}

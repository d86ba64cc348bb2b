/** Alarms of cloned passes, for people to look at. */

import type { Caller } from '../access/caller.ts';
import { inOneLook, recordLook } from '../access/look.ts';
import type { Core } from '../core.ts';
import { findPerson } from '../donor/workflow.ts';
import { findPassById } from '../pass/workflow.ts';
import { loadAlarms, loadSightings, type StoredAlarm, type StoredSighting } from './store.ts';

export { detectClones } from './detect.ts';

/** One of the two uses; gone when it was forgotten who was where. */
export interface SightingLine {
  readonly redemptionId: string;
  readonly venue: string;
  /** By the gate's clock, seconds since the epoch, as `iat`. */
  readonly seenAt: number;
  readonly iat: number | null;
  readonly seq: number | null;
}

/** An alarm with what it rests on. */
export interface CloneAlarm {
  readonly alarmId: string;
  readonly donorId: string;
  readonly passId: string;
  readonly finding: string;
  readonly rule: string;
  readonly seconds: number;
  readonly metres: number | null;
  readonly suspended: boolean;
  readonly recordedAt: string;
  /** What the pass is now. */
  readonly status: string;
  readonly sightings: readonly SightingLine[];
}

const MOST = 200;

/** The last alarms, newest first; that the caller looked at each donor is recorded. */
export function listAlarms(core: Core, caller: Caller): Promise<CloneAlarm[]> {
  return inOneLook(core, async (within) => {
    const alarms = await loadAlarms(within.database, MOST);
    const listed: CloneAlarm[] = [];
    for (const alarm of alarms) listed.push(await describe(within, alarm));
    for (const donorId of new Set(listed.map((alarm) => alarm.donorId))) {
      await recordLook(within, caller, donorId, 'read');
    }
    return listed;
  });
}

async function describe(core: Core, alarm: StoredAlarm): Promise<CloneAlarm> {
  const pass = await findPassById(core.database, alarm.donor_id, alarm.pass_id);
  if (pass === undefined) throw new Error('invariant broken: an alarm is of a pass');
  const { personId } = await findPerson(core.database, alarm.donor_id);
  const all = [...(await loadSightings(core.database, [pass.pseudonym])).values()].flat();
  const two = [alarm.earlier_id, alarm.later_id];
  return {
    alarmId: alarm.alarm_id,
    donorId: personId,
    passId: alarm.pass_id,
    finding: alarm.finding,
    rule: alarm.rule,
    seconds: alarm.seconds,
    metres: alarm.metres,
    suspended: alarm.suspended,
    recordedAt: alarm.recorded_at,
    status: pass.status,
    sightings: all.filter(({ id }) => two.includes(id)).map(lineOf),
  };
}

function lineOf({ id, venue, seenAt, shown }: StoredSighting): SightingLine {
  return { redemptionId: id, venue, seenAt, iat: shown?.iat ?? null, seq: shown?.seq ?? null };
}

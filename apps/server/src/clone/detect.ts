/**
 * Detects clones (复制): compares each use by code with the other uses of its pass, whenever they
 * arrive. It runs beside the gates, not in their way; what it finds suspends the passes of that
 * phone at once, tells the donor and staff, and stays for a person to look at.
 */

import { dayOf, instantOf } from '@liyu/domain/kernel';
import { parameterOn } from '@liyu/domain/programme';
import { type CloneEvidence, findClone, type Sighting } from '@liyu/domain/redemption';
import type { Kysely } from 'kysely';
import { leafOfRow } from '../audit/leaf.ts';
import { insertLeaf } from '../audit/workflow.ts';
import type { Core } from '../core.ts';
import type { Schema } from '../database/schema.ts';
import { holdPerson } from '../donor/workflow.ts';
import { tellStaff } from '../notice/workflow.ts';
import { findLifted, passSuspension } from '../pass/freeze.ts';
import { findPassOf } from '../pass/workflow.ts';
import {
  insertAlarm,
  loadSightings,
  loadUnjudged,
  markJudged,
  type StoredSighting,
} from './store.ts';

const PAGE = 500;
const DETECTOR = { by: 'clone-detection', approvedBy: null, approvalId: null } as const;

/** Judges everything that was not judged yet; answers how many alarms were raised. */
export async function detectClones(core: Core): Promise<number> {
  let alarms = 0;
  for (;;) {
    const pseudonyms = await loadUnjudged(core.database, PAGE);
    if (pseudonyms.length === 0) return alarms;
    const all = await loadSightings(core.database, pseudonyms);
    const clean: StoredSighting[] = [];
    for (const sightings of all.values()) {
      if (findEvidence(core, sightings) === undefined) {
        clean.push(...sightings.filter(({ judged }) => !judged));
      } else if (await raiseAlarm(core, sightings)) alarms += 1;
    }
    await markJudged(core.database, clean);
  }
}

/** The first thing that is wrong with a sighting that is new, compared with all others. */
function findEvidence(
  core: Core,
  sightings: readonly StoredSighting[],
): (CloneEvidence & { readonly rule: string }) | undefined {
  for (const fresh of sightings.filter(({ judged }) => !judged)) {
    const { value: limits, clause: rule } = limitsAt(core, fresh);
    for (const other of sightings) {
      if (other.id === fresh.id) continue;
      const evidence = findClone(fresh, other, core.programme, limits);
      if (evidence !== undefined) return { ...evidence, rule };
    }
  }
  return undefined;
}

function limitsAt({ programme }: Core, { seenAt }: Sighting) {
  return parameterOn(programme, 'clone.limits', dayOf(instantOf(seenAt), programme.zone));
}

/** Looks again with the donor held, so that two servers raise one alarm; answers whether it did. */
function raiseAlarm(core: Core, found: readonly StoredSighting[]): Promise<boolean> {
  return core.database.transaction().execute(async (transaction) => {
    const [first] = found;
    const pass = first && (await findPassOf(transaction, first.pseudonym));
    if (first === undefined || pass === undefined) {
      throw new Error('invariant broken: a sighting is of a pass');
    }
    await holdPerson(transaction, pass.donorId);
    const all = [...(await loadSightings(transaction, [first.pseudonym])).values()].flat();
    // What somebody looked at and lifted is not brought up again.
    const lifted = await findLifted(transaction, pass.donorId, pass.passId);
    const open = all.filter(({ seenAt }) => lifted === undefined || instantOf(seenAt) > lifted);
    const evidence = findEvidence(core, open);
    if (evidence !== undefined) await recordAlarm(core, transaction, pass, evidence);
    const fresh = all.filter(({ judged }) => !judged);
    await markJudged(transaction, fresh);
    return evidence !== undefined;
  });
}

async function recordAlarm(
  core: Core,
  transaction: Kysely<Schema>,
  { donorId, passId }: { readonly donorId: string; readonly passId: string },
  { finding, earlier, later, seconds, metres, rule }: CloneEvidence & { readonly rule: string },
): Promise<void> {
  const reason = `clone detection: ${finding}`;
  const body = { donorId, passId, whole: true, because: 'cloned', reason };
  const done = await passSuspension.perform(core, transaction, body, DETECTOR);
  const row = {
    donor_id: donorId,
    alarm_id: core.newId(),
    pass_id: passId,
    finding,
    earlier_id: earlier.id,
    later_id: later.id,
    seconds,
    metres,
    rule,
    suspended: !('refused' in done),
    recorded_at: core.clock.now(),
  };
  await insertAlarm(transaction, row);
  await insertLeaf(transaction, leafOfRow(core, 'clone_alarm', row.alarm_id, row));
  await tellStaff(core, transaction, `clone:${row.alarm_id}`, 'clone_alarm');
}

/** Bugs planted in the server and in the rules. */
import type { Mutant } from './mutants.ts';

/** The bugs. */
export const IN_SERVER: readonly Mutant[] = [
  {
    name: 'duplicates-counted',
    what: 'a record that came before is taken again under another number',
    file: 'apps/server/src/redemption/gate-intake.ts',
    find: '    if (hash === undefined) {\n      hashes',
    replace: '    if (hash === undefined || read.seq % 7 === 3) {\n      hashes',
  },
  {
    name: 'other-body-forgotten',
    what: 'another body under a known name is dropped without a word',
    file: 'apps/server/src/redemption/gate-intake.ts',
    find: '} else if (hash !== read.bodyHash) others.push(read);',
    replace: '}',
  },
  {
    name: 'acknowledged-unstored',
    what: 'records are acknowledged before they are stored',
    file: 'apps/server/src/redemption/gate-intake.ts',
    find: '  if (rows !== undefined && !(await storeOffline(core.database, rows, sightings))) return undefined;',
    replace:
      '  if (rows !== undefined && !(await storeOffline(core.database, rows, sightings).catch(() => true))) return undefined;',
  },
  {
    name: 'failed-is-recorded',
    what: 'a fault of the database answers recorded',
    file: 'apps/server/src/redemption/gate-intake.ts',
    find: "return records.map((read) => ({ ...receiptOf(read, 'failed'), fault: cause }));",
    replace: "return records.map((read) => ({ ...receiptOf(read, 'recorded'), fault: cause }));",
  },
  {
    name: 'unproven-dropped',
    what: 'what no key signed is dropped without a word',
    file: 'apps/server/src/redemption/gate-plan.ts',
    find: "    } else if (typeof proven === 'string') unproven.set(read, proven);",
    replace: "    } else if (typeof proven === 'string') continue;",
  },
  {
    name: 'lost-device-trusted',
    what: 'a stolen gate is believed after it was revoked',
    file: 'apps/server/src/redemption/gate-plan.ts',
    find: "  if (isLost) return 'lost_device';",
    replace: "  if (isLost && says === undefined) return 'lost_device';",
  },
  {
    name: 'refusals-dropped',
    what: 'refusals at gates are not recorded',
    file: 'apps/server/src/redemption/gate-plan.ts',
    find: '      refusals.push(refusalOf(core, device, venue, read, who));',
    replace:
      '      if (read.seq % 2 === 0) refusals.push(refusalOf(core, device, venue, read, who));',
  },
  {
    name: 'gap-unreported',
    what: 'numbers that never came are not missed',
    file: 'apps/server/src/redemption/gate-gaps.ts',
    find: '    gaps.push(...own);',
    replace: '    if (own.length > 1000) gaps.push(...own);',
  },
  {
    name: 'fare-not-corrected',
    what: 'a trip paired late keeps the lowest fare',
    file: 'apps/server/src/redemption/gate-trips.ts',
    find: '  for (const posting of [...reversePostings(standing, id, now), ...owed]) {',
    replace: '  for (const posting of [...reversePostings(standing, id, now)]) {',
  },
  {
    name: 'fare-counted-twice',
    what: 'a correction posts anew without taking back',
    file: 'apps/server/src/redemption/gate-trips.ts',
    find: '  for (const posting of [...reversePostings(standing, id, now), ...owed]) {',
    replace: '  for (const posting of owed) {',
  },
  {
    name: 'suspended-unlisted',
    what: 'suspended passes are not on the lists',
    file: 'apps/server/src/pass/store.ts',
    find: "    .where('status', '!=', 'valid')\n    .where('ends_at', '>', now)",
    replace: "    .where('status', '=', 'revoked')\n    .where('ends_at', '>', now)",
  },
  {
    name: 'replaced-stays-good',
    what: 'passes of a phone that was lost stay good',
    file: 'apps/server/src/pass/workflow.ts',
    find: '  if (pass.phoneId !== phoneId) return pass.endsAt > at;',
    replace: '  if (pass.phoneId !== phoneId) return pass.endsAt < at;',
  },
  {
    name: 'freeze-without-passes',
    what: 'a frozen card leaves its passes good',
    file: 'apps/server/src/card/freeze.ts',
    find: '  for (const id of person.donorIds) changed.push(...(await change(transaction, id, now)));\n  return changed;',
    replace:
      '  for (const id of person.donorIds.slice(1)) changed.push(...(await change(transaction, id, now)));\n  return changed;',
  },
  {
    name: 'fen-lost',
    what: 'the odd fen of a split fare is nobody’s',
    file: 'packages/domain/src/kernel/fen.ts',
    find: '(index === 0 ? part + amountFen - given : part));',
    replace: '(index === 99 ? amountFen - given : part));',
  },
  {
    name: 'night-never-ends',
    what: 'an entry without an exit costs nothing',
    file: 'apps/server/src/redemption/end-nights.ts',
    find: '    for (const entry of over) await endTrip(core, entry);',
    replace: '    for (const entry of over.slice(1)) await endTrip(core, entry);',
  },
  {
    name: 'lowest-fare-free',
    what: 'an exit without an entry costs nothing',
    file: 'apps/server/src/redemption/judge.ts',
    find: '  const unpaired = decision.granted ? { ...decision, waivedFen: fareFen } : decision;\n  return { ...owed(programme, venue, unpaired, fareFen),',
    replace:
      '  const unpaired = decision.granted ? { ...decision, waivedFen: fareFen } : decision;\n  return { ...owed(programme, venue, unpaired, 0),',
  },
  {
    name: 'midnight-by-utc',
    what: 'a use belongs to the month of UTC',
    file: 'packages/domain/src/ledger/posting.ts',
    find: '    month: monthOf(use.redeemedAt, zone),',
    replace: '    month: use.redeemedAt.slice(0, 7),',
  },
  {
    name: 'reversal-keeps-sides',
    what: 'a reversal posts the same way again',
    file: 'packages/domain/src/ledger/posting.ts',
    find: '      debit: posting.credit,\n      credit: posting.debit,',
    replace: '      debit: posting.debit,\n      credit: posting.credit,',
  },
  {
    name: 'adjustments-forgotten',
    what: 'what comes to a closed month is never billed',
    file: 'packages/domain/src/settlement/statement.ts',
    find: 'posting.month < month && closed.months.has(posting.month)',
    replace: 'posting.month > month && closed.months.has(posting.month)',
  },
  {
    name: 'closed-month-changes',
    what: 'a closed month is folded anew each time',
    file: 'apps/server/src/settlement/workflow.ts',
    find: 'ledger.filter((posting) => settled.get(posting.postingId) === month);',
    replace: 'ledger.filter((posting) => posting.month === month);',
  },
  {
    name: 'card-a-day-short',
    what: 'a newer gift does not move the card’s end',
    file: 'packages/domain/src/standing/entitlement.ts',
    find: '  if (before !== null && end < before.validThrough) return before;',
    replace: '  if (before !== null) return before;',
  },
];

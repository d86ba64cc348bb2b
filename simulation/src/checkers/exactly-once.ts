/** I1: the ledger holds exactly the scans after which a gate opened. */
import { type Fact, factsOf } from '../world/truth.ts';
import type { Checker, Evidence } from './evidence.ts';
import { recordName } from './evidence.ts';

type Answered = Extract<Fact, { what: 'answered' }>;

const gatesThat = (evidence: Evidence, is: string): Set<string> =>
  new Set(
    factsOf(evidence.facts, 'gate')
      .filter((fact) => fact.is === is)
      .map(({ gate }) => gate),
  );

/** Every opening has one use, every refusal its record, and no use is without an opening. */
export const exactlyOnce: Checker = {
  invariant: 'I1',
  says: 'each opening has exactly one use in the books and each use one opening; refusals likewise; what a gate numbered and nobody got is reported as a gap',
  check(evidence) {
    return [...missing(evidence), ...surplus(evidence), ...forged(evidence), ...holes(evidence)];
  },
};

function missing(evidence: Evidence): string[] {
  const receipts = new Map(evidence.receipts.map((row) => [recordName(row), row]));
  const quarantined = new Set(evidence.quarantined.map(recordName));
  const uses = new Set(evidence.uses.map(({ id }) => id));
  const stolen = gatesThat(evidence, 'stolen');
  const excused = passesOf(evidence, ['lost']);
  const found: string[] = [];
  for (const { answer, by, pass } of evidence.stories) {
    if (answer === undefined) continue;
    if (answer.open && (answer.epoch === null || answer.seq === null)) {
      found.push(`scan ${answer.scan}: ${answer.gate} opened without a record`);
    }
    if (answer.epoch === null || answer.seq === null) continue;
    const name = recordName({ gate: answer.gate, epoch: answer.epoch, seq: answer.seq });
    const receipt = receipts.get(name);
    if (quarantined.has(name) && !receipt?.redemptionId) {
      if (by === 'forger' || excused.has(pass) || !answer.open) continue;
      found.push(`scan ${answer.scan}: ${name} opened honestly and is in quarantine`);
      continue;
    }
    if (receipt === undefined) {
      if (stolen.has(answer.gate)) continue;
      found.push(`scan ${answer.scan}: ${name} (${answer.code}) is not in the books`);
      continue;
    }
    if (answer.open && (receipt.redemptionId === null || !uses.has(receipt.redemptionId))) {
      found.push(`scan ${answer.scan}: ${name} opened and has no use`);
    }
    if (!answer.open && receipt.redemptionId !== null) {
      found.push(`scan ${answer.scan}: ${name} did not open and has a use`);
    }
  }
  return found;
}

/** Uses that no opening stands behind, and two for one. */
function surplus(evidence: Evidence): string[] {
  const found: string[] = [];
  const owners = new Map<string, string>();
  for (const row of evidence.receipts) {
    if (row.redemptionId === null) continue;
    const name = recordName(row);
    const other = owners.get(row.redemptionId);
    if (other !== undefined) found.push(`use ${row.redemptionId} stands for ${other} and ${name}`);
    owners.set(row.redemptionId, name);
  }
  const opened = new Map<string, Answered>();
  for (const answer of factsOf(evidence.facts, 'answered')) {
    if (!answer.open || answer.epoch === null || answer.seq === null) continue;
    const name = recordName({ gate: answer.gate, epoch: answer.epoch, seq: answer.seq });
    const other = opened.get(name);
    if (other !== undefined) {
      found.push(`scans ${other.scan} and ${answer.scan} opened under one name, ${name}`);
    }
    opened.set(name, answer);
  }
  // A gate that ended between record and answer has recorded what nobody went through.
  const cutShort = new Map<string, number>();
  for (const { gate } of factsOf(evidence.facts, 'unanswered')) {
    cutShort.set(gate, (cutShort.get(gate) ?? 0) + 1);
  }
  const stolen = gatesThat(evidence, 'stolen');
  const byGate = new Map<string, number>();
  for (const use of evidence.uses) {
    if (use.reversalOf !== null) continue;
    const owner = owners.get(use.id);
    if (owner === undefined) {
      found.push(`use ${use.id} at ${use.venue} has no record behind it`);
      continue;
    }
    if (opened.has(owner)) continue;
    const gate = owner.slice(0, owner.indexOf('/'));
    if (!stolen.has(gate)) byGate.set(gate, (byGate.get(gate) ?? 0) + 1);
  }
  for (const [gate, uses] of byGate) {
    const most = cutShort.get(gate) ?? 0;
    if (uses > most)
      found.push(`${gate}: ${uses} uses without an opening, ${most} scans cut short`);
  }
  return found;
}

/** What a thief made up with a stolen gate's key is kept aside, and never counted. */
function forged(evidence: Evidence): string[] {
  const receipts = new Map(evidence.receipts.map((row) => [recordName(row), row]));
  return factsOf(evidence.facts, 'forged').flatMap((fact) => {
    const receipt = receipts.get(recordName(fact));
    return receipt?.redemptionId ? [`${recordName(fact)} was made up, and is a use`] : [];
  });
}

/** Numbers that never came are reported, and no others. */
function holes(evidence: Evidence): string[] {
  const stolen = gatesThat(evidence, 'stolen');
  const runs = new Map<string, { gate: string; epoch: number; seqs: Set<number> }>();
  for (const row of [...evidence.receipts, ...evidence.quarantined]) {
    const key = `${row.gate}/${row.epoch}`;
    const run = runs.get(key) ?? { gate: row.gate, epoch: row.epoch, seqs: new Set<number>() };
    run.seqs.add(row.seq);
    runs.set(key, run);
  }
  const found: string[] = [];
  for (const { gate, epoch, seqs } of runs.values()) {
    if (stolen.has(gate)) continue;
    const reported = (seq: number): boolean =>
      evidence.gaps.some(
        (gap) => gap.gate === gate && gap.epoch === epoch && gap.from <= seq && seq <= gap.to,
      );
    const last = Math.max(...seqs);
    for (let seq = 0; seq <= last; seq += 1) {
      if (seqs.has(seq) || reported(seq)) continue;
      found.push(`${gate}/${epoch}/${seq} never came, and no gap is reported`);
    }
  }
  return found;
}

function passesOf(evidence: Evidence, states: readonly string[]): Set<string> {
  return new Set(
    factsOf(evidence.facts, 'status')
      .filter(({ is }) => states.includes(is))
      .map(({ pass }) => pass),
  );
}

/** What must hold after gates were killed, asked in plain SQL and of the turnstiles' own lines. */
import type { Ask } from './check.ts';
import type { Mark } from './walk.ts';

/** What is known of one gate without asking the server. */
export interface GateTruth {
  readonly name: string;
  readonly clientId: string;
  /** What its turnstile was told, in order. */
  readonly told: readonly Mark[];
  /** What its channel answered `open`. */
  readonly said: readonly Mark[];
}

/** What was found. */
export interface GateFinding {
  readonly opened: number;
  readonly recordedOnly: number;
  readonly breaches: readonly string[];
}

interface Use {
  readonly device: string;
  readonly epoch: string;
  readonly seq: string;
  readonly redemption: string | null;
}

/** I1, both ways: what opened is recorded once, and what is recorded opened, or was killed in hand. */
export async function findGateBreaches(
  ask: Ask,
  truths: readonly GateTruth[],
): Promise<GateFinding> {
  const uses = await ask<Use>(
    `select device_id as device, boot_epoch::text as epoch, seq::text as seq,
       redemption.redemption_id::text as redemption
     from offline_use left join redemption using (donor_id, redemption_id)`,
  );
  const breaches: string[] = [];
  let recordedOnly = 0;
  for (const truth of truths) {
    const own = uses.filter(({ device }) => device.endsWith(truth.clientId));
    breaches.push(...judgeTold(truth, own));
    const only = own.filter(({ epoch, seq }) => !hasMark(truth.told, epoch, seq));
    recordedOnly += only.length;
    breaches.push(...only.flatMap((use) => judgeUntold(truth, only, use)));
  }
  const aside = await ask<{ because: string }>('select because from gate_quarantine');
  breaches.push(...aside.map(({ because }) => `a record was kept aside: ${because}`));
  const opened = truths.reduce((sum, { told }) => sum + told.length, 0);
  return { opened, recordedOnly, breaches };
}

const keyOf = ({ bootEpoch, seq }: Mark): string => `${bootEpoch}/${seq}`;

function hasMark(marks: readonly Mark[], epoch: string, seq: string): boolean {
  return marks.some((mark) => keyOf(mark) === `${epoch}/${seq}`);
}

/** What opened is in the ledger once, and what was answered was told to the arms. */
function judgeTold({ name, told, said }: GateTruth, uses: readonly Use[]): string[] {
  const counts = new Map<string, number>();
  for (const { epoch, seq, redemption } of uses) {
    if (redemption === null) continue;
    counts.set(`${epoch}/${seq}`, (counts.get(`${epoch}/${seq}`) ?? 0) + 1);
  }
  const keys = told.map(keyOf);
  const twice = keys.filter((key, at) => keys.indexOf(key) !== at);
  const lost = keys.filter((key) => !counts.has(key));
  const doubled = [...counts].filter(([, count]) => count > 1);
  const untold = said.map(keyOf).filter((key) => !keys.includes(key));
  return [
    ...twice.map((key) => `${name}: the arms opened twice for ${key}`),
    ...lost.map((key) => `${name}: opened for ${key}, which the ledger does not have`),
    ...doubled.map(([key]) => `${name}: ${key} is in the ledger twice`),
    ...untold.map((key) => `${name}: ${key} was answered open, and the arms were not told`),
  ];
}

/** A use whose arms were not told was the one in hand when the gate was killed. */
function judgeUntold({ name, told }: GateTruth, only: readonly Use[], use: Use): string[] {
  const sameEpoch = only.filter(({ epoch }) => epoch === use.epoch);
  const isLast = told
    .filter(({ bootEpoch }) => String(bootEpoch) === use.epoch)
    .every(({ seq }) => seq < Number(use.seq));
  if (sameEpoch.length === 1 && isLast) return [];
  return [`${name}: ${use.epoch}/${use.seq} is in the ledger, and the gate did not open`];
}

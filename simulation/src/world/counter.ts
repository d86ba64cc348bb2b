/**
 * The blood centre's counter: what people do at the server, by its own workflows. Everything that
 * is done is told to the world's record. What a backup has not seen is done again after a restore.
 */
import { type CivilDate, type Instant, secondsOf } from '@liyu/domain/kernel';
import { doOrAsk } from '../../../apps/server/src/approval/workflow.ts';
import { revocation, suspension } from '../../../apps/server/src/card/freeze.ts';
import { claimAtCounter } from '../../../apps/server/src/claim/workflow.ts';
import type { Core } from '../../../apps/server/src/core.ts';
import { correctDonation } from '../../../apps/server/src/donation/correct.ts';
import { importDonations } from '../../../apps/server/src/donation/import.ts';
import { findDonorByDocument } from '../../../apps/server/src/donor/workflow.ts';
import { bindPhone } from '../../../apps/server/src/pass/binding.ts';
import { printCardFor } from '../../../apps/server/src/pass/printing.ts';
import { standingBrief } from '../../../apps/server/src/standing/brief.ts';
import { loadStanding } from '../../../apps/server/src/standing/workflow.ts';
import { fromBase45 } from './base45.ts';
import { cityDay, DAY } from './city-time.ts';
import { createDice } from './dice.ts';
import { type HeldPass, keyFrom, type Phone } from './phone.ts';
import { type Donor, type Gift, milliCountsOf } from './population.ts';
import type { Schedule } from './schedule.ts';
import type { PassIs, TruthLog } from './truth.ts';

const HEADING = 'donation_number,name,document_type,document_number,donated_on,kind,amount';

/** What the counter does. Every method needs a server that is up. */
export interface Counter {
  /** All passes made so far. */
  readonly made: readonly Made[];
  takeIn(gifts: readonly { donor: Donor; gift: Gift }[]): Promise<void>;
  /** The last file again. */
  takeInAgain(): Promise<void>;
  claim(donor: Donor): Promise<void>;
  /** Binds the phone, or renews its passes; answers whether it holds any now. */
  bind(donor: Donor, phone: Phone): Promise<boolean>;
  print(donor: Donor, card: Phone): Promise<void>;
  freeze(donor: Donor, as: 'suspended' | 'revoked', because: string): Promise<void>;
  correct(donor: Donor, gift: Gift): Promise<void>;
  /** The server was put back: passes made since are lost, and statuses are those of then. */
  forget(since: Remembered): void;
  /** What there is to go back to. */
  remember(): Remembered;
}

/** How many passes there were, and what was no longer valid. */
export interface Remembered {
  readonly passes: number;
  readonly statuses: ReadonlyMap<string, PassIs>;
}

/** A pass that the counter has made. */
export interface Made {
  readonly donor: string;
  readonly kind: 'phone' | 'printed';
  readonly phone: string;
  readonly name: string;
  readonly begins: number;
  readonly ends: number;
}

/** A counter at the server that `core` answers; `before` are the passes that there are. */
export function createCounter(
  core: () => Core,
  schedule: Schedule,
  truth: TruthLog,
  before: readonly Made[] = [],
): Counter {
  const made: Made[] = [...before];
  const statuses = new Map<string, PassIs>();
  const ids = new Map<string, string>();
  let batch = 0;
  let lastFile: readonly (readonly string[])[] = [];

  async function idOf(donor: Donor): Promise<string> {
    const known = ids.get(donor.name);
    if (known !== undefined) return known;
    const found = await findDonorByDocument(core().database, core().cipher, donor.document);
    if (found === undefined) throw new Error(`invariant broken: ${donor.name} was taken in`);
    ids.set(donor.name, found);
    return found;
  }

  function setStatus(pass: Made, is: PassIs, because: string): void {
    if ((statuses.get(pass.name) ?? 'valid') === is) return;
    statuses.set(pass.name, is);
    truth.tell({ what: 'status', donor: pass.donor, pass: pass.name, is, because });
  }

  function tellMade(pass: Made): void {
    made.push(pass);
    const { donor, name, kind, begins, ends } = pass;
    truth.tell({ what: 'bound', donor, pass: name, kind, begins, ends });
  }

  async function tellStanding(donor: Donor): Promise<void> {
    const day = cityDay(schedule.now) as CivilDate;
    const { card, tier } = standingBrief(await loadStanding(core(), await idOf(donor), day));
    const { kind = 'none', validThrough = null } = card ?? {};
    truth.tell({ what: 'standing', donor: donor.name, validThrough, kind, tier });
  }

  const rows = (gifts: readonly { donor: Donor; gift: Gift }[]): string[][] => [
    HEADING.split(','),
    ...gifts.map(({ donor, gift }) => [
      gift.number,
      '测试甲',
      'resident_id',
      donor.document,
      gift.on,
      'whole_blood',
      String(gift.millilitres),
    ]),
  ];
  const options = { dryRun: false, allOrNothing: true };

  return {
    made,
    async takeIn(gifts) {
      lastFile = rows(gifts);
      const report = await importDonations(core(), lastFile, options);
      if (!report.kept || report.rejected.length + report.conflicts > 0) {
        throw new Error(`the file was not taken in: ${JSON.stringify(report)}`);
      }
      batch += 1;
      for (const { donor, gift } of gifts) {
        const { number, on } = gift;
        const milliCounts = milliCountsOf(gift);
        truth.tell({ what: 'given', donor: donor.name, number, on, milliCounts, batch });
      }
      for (const donor of new Set(gifts.map((one) => one.donor))) await tellStanding(donor);
    },
    async takeInAgain() {
      if (lastFile.length === 0) return;
      const { imported, unchanged } = await importDonations(core(), lastFile, options);
      truth.tell({ what: 'again', batch, imported, unchanged });
    },
    async claim(donor) {
      const shown = { document: donor.document, documentType: 'resident_id' } as const;
      const claimed = await claimAtCounter(core(), shown, { by: 'clerk', seen: 'document' });
      if ('refused' in claimed) throw new Error(`${donor.name} does not claim: ${claimed.refused}`);
    },
    async bind(donor, phone) {
      const keys = weekKeys(phone, schedule.now);
      const points = keys.map(({ point }) => point);
      const bound = await bindPhone(core(), await idOf(donor), phone.id, points);
      if ('refused' in bound) {
        phone.passes = [];
        return false;
      }
      phone.passes = bound.passes.map((pass, at) => heldPass(pass, keys[at]?.signer ?? null));
      const names = new Set(phone.passes.map(({ name }) => name));
      const now = schedule.now / 1000;
      for (const old of made) {
        if (old.donor !== donor.name || old.kind !== 'phone' || names.has(old.name)) continue;
        const overlaps = phone.passes.some((p) => old.begins < p.ends && p.begins < old.ends);
        if (old.phone === phone.id ? overlaps : old.ends > now)
          setStatus(old, 'revoked', 'replaced');
      }
      for (const pass of phone.passes) {
        if (made.some(({ name }) => name === pass.name)) continue;
        tellMade({ ...pass, donor: donor.name, kind: 'phone', phone: phone.id });
      }
      return true;
    },
    async print(donor, card) {
      const shown = { document: donor.document, documentType: 'resident_id' } as const;
      const printed = await printCardFor(core(), shown, { by: 'clerk', seen: 'document' });
      if ('refused' in printed) throw new Error(`no card for ${donor.name}: ${printed.refused}`);
      const bytes = fromBase45(printed.code.slice(4));
      const ends = secondsOf(printed.endsAt as Instant);
      const pass = { name: nameOf(bytes), bytes, begins: 0, ends, signer: null };
      card.passes = [pass];
      tellMade({ ...pass, donor: donor.name, kind: 'printed', phone: card.id });
    },
    async freeze(donor, as, because) {
      const act = as === 'revoked' ? revocation : suspension;
      const body = { donorId: await idOf(donor), because, reason: 'simulation' };
      const done = await doOrAsk(core(), act, body, { by: 'clerk', mode: 'at_once' });
      if ('refused' in done) return;
      for (const pass of made) {
        if (pass.donor !== donor.name || statuses.get(pass.name) === 'revoked') continue;
        if (pass.ends * 1000 > schedule.now) setStatus(pass, as, because);
      }
    },
    async correct(donor, gift) {
      const request = {
        donation: gift.number,
        correction: 'mistake',
        reason: 'simulation',
      } as const;
      const done = await correctDonation(core(), request, { by: 'clerk', mode: 'at_once' });
      if ('refused' in done) throw new Error(`not corrected: ${done.refused}`);
      truth.tell({ what: 'mistaken', donor: donor.name, number: gift.number });
      await tellStanding(donor);
    },
    remember: () => ({ passes: made.length, statuses: new Map(statuses) }),
    forget(since) {
      for (const lost of made.splice(since.passes)) setStatus(lost, 'lost', 'restored');
      for (const pass of made)
        setStatus(pass, since.statuses.get(pass.name) ?? 'valid', 'restored');
    },
  };
}

/** One key a week, this week's and the next; weeks turn in the night to Monday. */
function weekKeys(phone: Phone, now: number) {
  const today = cityDay(now);
  const weekday = (new Date(`${today}T00:00:00Z`).getUTCDay() + 6) % 7;
  const monday = Date.parse(`${today}T00:00:00Z`) - weekday * DAY;
  return [0, 1].map((week) =>
    keyFrom(createDice(`${phone.id}/${new Date(monday + week * 7 * DAY).toISOString()}`)),
  );
}

function heldPass(
  pass: { readonly bytes: Uint8Array; readonly beginsAt: string; readonly endsAt: string },
  signer: HeldPass['signer'],
): HeldPass {
  return {
    name: nameOf(pass.bytes),
    bytes: pass.bytes,
    begins: secondsOf(pass.beginsAt as Instant),
    ends: secondsOf(pass.endsAt as Instant),
    signer,
  };
}

/** The pseudonym's eight bytes stand at a fixed place (pass-format: after `exp` and its own head). */
function nameOf(pass: Uint8Array): string {
  return Buffer.from(pass.subarray(21, 29)).toString('hex');
}

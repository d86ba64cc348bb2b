/** What `/demo` shows: one donor of each design, one whose card has ended, and the ledger. */
import { cardStateOn } from '@liyu/domain/card';
import { countsText } from '@liyu/domain/donation';
import { type CivilDate, dayOf, type Text } from '@liyu/domain/kernel';
import { findVenue, findVersion, messageOf, type TierId } from '@liyu/domain/programme';
import type { Standing } from '@liyu/domain/standing';
import { findCardNumber } from '../card/workflow.ts';
import type { Core } from '../core.ts';
import { loadDonorPage } from '../donation/workflow.ts';
import { maskName } from '../donor/document.ts';
import { getPerson } from '../donor/workflow.ts';
import { loadStandings } from '../standing/workflow.ts';
import {
  type KeptAnswer,
  loadLastAnswers,
  loadLeavesByIds,
  loadPostingsByIds,
  loadRefusalsByIds,
  loadUsesByIds,
} from './store.ts';

/** Who is shown: the first donor found of each kind. */
type Role = TierId | 'ended';
const ROLES: readonly Role[] = ['first', 'second', 'bronze', 'silver', 'gold', 'ended'];
const PAGE = 500;
const LAST_LINES = 30;

/** A donor of the demo, the name masked. */
export interface DemoDonor {
  readonly donorId: string;
  readonly design: TierId;
  readonly name: string;
  readonly counts: { readonly city: string; readonly award: string };
  readonly card: {
    readonly kind: 'annual' | 'honour';
    readonly number: string;
    readonly validThrough: CivilDate | null;
    readonly state: 'valid' | 'ended';
  };
}

/** One of each design with a valid card, and one whose card has ended, as far as there are any. */
export async function chooseDonors(core: Core): Promise<DemoDonor[]> {
  const today = dayOf(core.clock.now(), core.programme.zone);
  const chosen = new Map<Role, { donorId: string; standing: Standing }>();
  let after = '00000000-0000-0000-0000-000000000000';
  while (chosen.size < ROLES.length) {
    const page = await loadDonorPage(core.database, after, PAGE);
    if (page.length === 0) break;
    for (const [donorId, standing] of await loadStandings(core, page, today)) {
      const state = cardStateOn(standing, today);
      if (state === 'none') continue;
      const role = state === 'ended' ? 'ended' : standing.tier;
      if (!chosen.has(role)) chosen.set(role, { donorId, standing });
    }
    after = page.at(-1) ?? after;
  }
  const found = ROLES.map((role) => chosen.get(role)).filter((one) => one !== undefined);
  return Promise.all(
    found.map(({ donorId, standing }) => describe(core, donorId, standing, today)),
  );
}

async function describe(
  core: Core,
  donorId: string,
  standing: Standing,
  today: CivilDate,
): Promise<DemoDonor> {
  const card = standing.card;
  if (card === null) throw new Error('invariant broken: a chosen donor has a card');
  const { name } = await getPerson(core.database, core.cipher, donorId);
  return {
    donorId,
    design: standing.tier,
    name: maskName(name),
    counts: {
      city: countsText(standing.counts.city),
      award: countsText(standing.counts.award),
    },
    card: {
      kind: card.kind,
      number: (await findCardNumber(core.database, donorId)) ?? '',
      validThrough: card.validThrough,
      state: cardStateOn(standing, today) === 'ended' ? 'ended' : 'valid',
    },
  };
}

/** The version in force now. */
export function versionNow(core: Core): { readonly version: string; readonly from: string } {
  const today = dayOf(core.clock.now(), core.programme.zone);
  const version = findVersion(core.programme, today);
  return { version: version?.id ?? '', from: version?.from ?? '' };
}

/** One line of the ledger as the demo shows it. */
export interface DemoLine {
  readonly id: string;
  readonly at: string;
  readonly venue: Text;
  readonly direction: string | null;
  readonly outcome: 'open' | 'refused';
  readonly code: string;
  readonly message: Text;
  readonly admittedBy: string | null;
  readonly postings: readonly { debit: Text; credit: Text; amountFen: number }[];
  readonly leaf: string;
}

const ACCOUNTS: Readonly<Record<string, Text>> = {
  'programme:ride': { zh: '项目·乘车', en: 'Programme: rides' },
  'programme:clinic': { zh: '项目·门诊', en: 'Programme: clinics' },
  'programme:site': { zh: '项目·景区', en: 'Programme: sites' },
};

/** The last lines, newest first: what was answered, what was posted, and the audit leaf. */
export async function loadLedgerLines(core: Core): Promise<DemoLine[]> {
  const answers = await loadLastAnswers(core.database, LAST_LINES);
  const idOf = (answer: KeptAnswer) => answer.redemptionId ?? answer.refusalId ?? undefined;
  const ids = answers.map(idOf).filter((id) => id !== undefined);
  if (ids.length === 0) return [];
  const uses = await loadUsesByIds(core.database, ids);
  const refusals = await loadRefusalsByIds(core.database, ids);
  const postings = await loadPostingsByIds(core.database, ids);
  const leaves = await loadLeavesByIds(core.database, ids);
  return answers.flatMap((answer): DemoLine[] => {
    const id = idOf(answer) ?? '';
    const use = uses.find((one) => one.redemption_id === id);
    const refusal = refusals.find((one) => one.refusal_id === id);
    const leaf = leaves.find((one) => one.subject_id === id);
    const venueId = use?.venue_id ?? refusal?.venue_id;
    if (venueId === undefined || leaf === undefined) return [];
    const code = use?.code ?? answer.code ?? '';
    const line: DemoLine = {
      id,
      at: use?.redeemed_at ?? refusal?.refused_at ?? '',
      venue: findVenue(core.programme, venueId)?.name ?? { zh: venueId, en: venueId },
      direction: use?.direction ?? refusal?.direction ?? null,
      outcome: use === undefined ? 'refused' : 'open',
      code,
      message: answer.message ?? messageOf(core.programme, code),
      admittedBy: use?.admitted_by ?? null,
      postings: postings
        .filter((posting) => posting.redemption_id === id)
        .map((posting) => ({
          debit: accountText(core, posting.debit),
          credit: accountText(core, posting.credit),
          amountFen: posting.amount_fen,
        })),
      leaf: Buffer.from(leaf.leaf_hash).toString('hex').slice(0, 16),
    };
    return [line];
  });
}

function accountText(core: Core, account: string): Text {
  const partner = core.programme.partners.get(account.replace(/^partner:/, ''));
  return ACCOUNTS[account] ?? partner ?? { zh: account, en: account };
}

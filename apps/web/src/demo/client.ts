/** The demo's client of the server's interface: five calls, typed, and one kind of fault. */
import type { Design } from '../shared/card/designs.ts';
import type { Bilingual } from '../shared/language.ts';

/** A donor of the sample, as the demo may show one. */
export interface SampleDonor {
  readonly donorId: string;
  readonly design: Design;
  /** Already masked. */
  readonly name: string;
  /** Exact sums of counts as decimal text. */
  readonly counts: { readonly city: string; readonly award: string };
  readonly card: {
    readonly kind: 'annual' | 'honour';
    readonly number: string;
    readonly validThrough: string | null;
    readonly state: 'valid' | 'ended';
  };
}

/** A place where a code is held to a gate. */
export interface Venue {
  readonly id: string;
  readonly benefit: 'ride' | 'clinic' | 'site';
  readonly mode?: 'metro' | 'bus';
  readonly name: Bilingual;
}

/** Everything that the page needs to begin. */
export interface DemoSetting {
  readonly sample: boolean;
  readonly now: string;
  readonly city: Bilingual;
  readonly version: string;
  readonly from: string;
  readonly donors: readonly SampleDonor[];
  readonly venues: readonly Venue[];
  readonly hospitalLevels: readonly string[];
  /** The city's zone; a server that does not say it is in `DEFAULT_ZONE`. */
  readonly timeZone?: string;
}

/** The zone in which times of day are shown when the server names none. */
export const DEFAULT_ZONE = 'Asia/Shanghai';

/** A phone's public key: both coordinates, base64url. */
export interface HolderPoint {
  readonly x: string;
  readonly y: string;
}

/** One signed pass; `key` is the index of the holder's key that it names. */
export interface IssuedPass {
  readonly pass: string;
  readonly key: number;
  readonly beginsAt: string;
  readonly expiresAt: string;
}

/** Which way somebody goes through a metro gate. */
export type Direction = 'in' | 'out';

/** What a gate or desk asks: the code that it read, and where. Amounts are whole fen. */
export interface RedemptionRequest extends Visit {
  readonly code: string;
  readonly venue: string;
  readonly direction?: Direction;
  readonly at?: string;
}

/** What a hospital's desk adds; amounts are whole fen. */
export interface Visit {
  readonly level?: string;
  readonly fee?: number;
  readonly insured?: number;
}

/** A member of staff letting somebody in without a code. */
export interface FallbackRequest extends Visit {
  readonly donorId: string;
  readonly venue: string;
  readonly by: string;
  readonly reason: string;
  readonly direction?: Direction;
}

/** A clause of the programme and what it says, here with the donation and the day if it has. */
export interface Reason extends Bilingual {
  readonly clause: string;
}

/** The server's answer to a code: open or not, how much, and why. */
export interface RedemptionAnswer {
  readonly open: boolean;
  readonly code: string;
  readonly message: Bilingual;
  /** What somebody who is refused can do. */
  readonly wayOn?: Bilingual;
  readonly skewSeconds?: number | null;
  readonly redemptionId?: string | null;
  /** The clause that decided, if the code got as far as the rules. */
  readonly rule?: string | null;
  readonly waivedFen?: number | null;
  readonly toPayFen?: number | null;
  readonly evidence?: readonly string[];
  readonly because?: readonly {
    readonly clause: string;
    readonly zh: string;
    readonly en: string;
  }[];
}

/** One line of the ledger with its postings and the leaf of the audit log. */
export interface LedgerLine {
  readonly id: string;
  readonly at: string;
  readonly venue: Bilingual;
  readonly direction?: Direction | null;
  readonly outcome: 'open' | 'refused';
  readonly code: string;
  readonly message: Bilingual;
  readonly admittedBy?: 'code' | 'staff' | null;
  readonly postings: readonly {
    readonly debit: Bilingual;
    readonly credit: Bilingual;
    readonly amountFen: number;
  }[];
  readonly leaf: string;
}

/** The server cannot be reached, or says that something is wrong (RFC 9457). */
export class Fault extends Error {
  override readonly name = 'Fault';
  readonly code: string;

  constructor(code: string, text: string) {
    super(text);
    this.code = code;
  }
}

/** When an answer came, by the page's own monotonic clock, for correcting it by the server's. */
export interface Timing {
  readonly sentAtMs: number;
  readonly receivedAtMs: number;
}

interface Problem {
  readonly code?: string;
  readonly title?: string;
  readonly detail?: string;
}

async function ask<T>(path: string, body?: unknown): Promise<{ answer: T; timing: Timing }> {
  const sentAtMs = performance.now();
  const request: RequestInit =
    body === undefined
      ? {}
      : {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        };
  let response: Response;
  try {
    response = await fetch(`/api/v1${path}`, request);
  } catch {
    throw new Fault('unreachable', '');
  }
  const receivedAtMs = performance.now();
  if (!response.ok) {
    const problem: Problem = await response.json().catch(() => ({}));
    throw new Fault(problem.code ?? String(response.status), problem.detail ?? problem.title ?? '');
  }
  return { answer: await response.json(), timing: { sentAtMs, receivedAtMs } };
}

/** The five calls. Each rejects with a `Fault`; a refusal is an answer and no fault. */
export const client = {
  /** Who is in the sample, which places there are, what time it is. */
  loadSetting: () => ask<DemoSetting>('/demo'),
  /** Asks for passes for this phone's keys. */
  issuePasses: (donorId: string, holderKeys: readonly HolderPoint[]) =>
    ask<{ now: string; passes: readonly IssuedPass[] }>('/passes', { donorId, holderKeys }),
  /** Holds a code to a gate or desk. */
  redeem: (request: RedemptionRequest) => ask<RedemptionAnswer>('/redemptions', request),
  /** Records that staff let somebody in. */
  admitByStaff: (request: FallbackRequest) => ask<RedemptionAnswer>('/manual-fallbacks', request),
  /** The ledger's lines, newest first. */
  loadLedger: () => ask<{ lines: readonly LedgerLine[] }>('/demo/ledger'),
};

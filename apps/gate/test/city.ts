/**
 * A small city for tests of a gate: root and issuer keys, phones, printed cards, and a server that
 * serves their lists and takes batches; all on a clock that the test moves.
 */
import { fileURLToPath } from 'node:url';
import {
  type Instant,
  instantOf,
  instantOfMilliseconds,
  parseInstant,
  secondsOf,
} from '@liyu/domain/kernel';
import { type Programme, serialiseProgramme } from '@liyu/domain/programme';
import {
  buildStatusList,
  type PassKind,
  type PassStatus,
  printCode,
  type Signer,
  showCode,
  signPass,
  signStatusDelta,
  signStatusList,
  signTrustList,
  statusChanges,
  TRUST_LIST_LIFE_SECONDS,
  type TrustEntry,
  toHex,
  ZONES,
} from '@liyu/pass';
import { generateKey, nodeCrypto } from '@liyu/pass/node';
import { loadProgramme } from '../../server/src/programme/loader.ts';
import type {
  BatchAnswer,
  Fetched,
  MachineClock,
  Random,
  Receipt,
  SentRecord,
  ServedProgramme,
  Server,
} from '../src/index.ts';

/** The one real programme that the repository carries. */
export const programme: Programme = loadProgramme(
  fileURLToPath(new URL('../../../programmes/taiyuan', import.meta.url)),
);

const DAY = 86_400;
const LIST_SIZE = 4096;
/** A Monday at 00:00 of the city: passes' weeks begin here. */
const ANCHOR = secondsAt('2026-11-23T00:00:00+08:00');
const LIFE = { phone: 7 * DAY, printed: 90 * DAY } as const;

/** Seconds of a moment as people write it. */
export function secondsAt(text: string): number {
  return secondsOf(parseInstant(text) as Instant);
}

/** A clock that stands still until it is moved. */
export interface TestClock extends MachineClock {
  /** Milliseconds since the epoch, by the wall. */
  time: number;
  /** Moves both clocks. */
  pass(seconds: number): void;
}

/** A clock that shows the moment. */
export function clockAt(text: string): TestClock {
  let monotonic = 5000;
  return {
    time: secondsAt(text) * 1000,
    wall() {
      return this.time;
    },
    monotonic: () => monotonic,
    pass(seconds) {
      this.time += seconds * 1000;
      monotonic += seconds * 1000;
    },
  };
}

/** Bytes that are always the same: a number that is drawn of them is one half. */
export const evenRandom: Random = {
  bytes: (length) => Uint8Array.from({ length }, (_, at) => (at === 0 ? 128 : 0)),
};

interface IssuedBy {
  readonly entry: TrustEntry;
  readonly signer: Signer;
}

function issuer(kid: number, use: PassKind): IssuedBy {
  const { point, signer } = generateKey();
  const entry: TrustEntry = {
    kid: Uint8Array.of(kid >> 8, kid & 0xff),
    alg: -7,
    key: point,
    use,
    notBefore: 0,
    notAfter: ANCHOR + 400 * DAY,
    lifeSeconds: LIFE[use],
    anchor: ANCHOR,
    statusAddress: `https://liyu.example/status-lists/${kid}`,
    listSize: LIST_SIZE,
  };
  return { entry, signer };
}

/** Something that can be shown at a gate. */
export interface Card {
  readonly cti: string;
  readonly index: number;
  /** The text of the code drawn at the moment, in seconds; a printed card has always the same. */
  show(at: number): Promise<string>;
}

/** What a card is made for; the end is 00:00 after its last day. */
export interface CardFacts {
  readonly honour?: boolean;
  readonly exp?: number;
  readonly kind?: PassKind;
}

/** The city: its keys, its cards, its lists. */
export function makeCity() {
  const root = generateKey();
  const issuers = { phone: issuer(0x0101, 'phone'), printed: issuer(0x0202, 'printed') };
  const statuses = { phone: new Map(), printed: new Map() } as Record<
    PassKind,
    Map<number, Exclude<PassStatus, 'refused'>>
  >;
  let cards = 0;

  async function makeCard(facts: CardFacts = {}): Promise<Card> {
    cards += 1;
    const { honour = false, kind = 'phone' } = facts;
    const exp = facts.exp ?? ANCHOR + LIFE[kind];
    const index = cards;
    const cti = new Uint8Array(8);
    new DataView(cti.buffer).setUint32(4, cards);
    const by = issuers[kind];
    const holder = generateKey();
    const scope = { kind, tier: honour ? 3 : 1, honour, zones: ZONES, statusIndex: index } as const;
    const claims = { kid: by.entry.kid, exp, cti, scope };
    const pass = await signPass(
      kind === 'phone' ? { ...claims, holderKey: holder.point } : claims,
      by.signer,
    );
    let seq = 0;
    return {
      cti: toHex(cti),
      index,
      async show(at) {
        if (kind === 'printed') return printCode(pass);
        seq += 1;
        return showCode(pass, holder.signer, { iat: at, seq });
      },
    };
  }

  return {
    rootKey: root.point,
    root: root.signer,
    issuers,
    makeCard,
    setStatus(kind: PassKind, index: number, status: Exclude<PassStatus, 'refused'>) {
      statuses[kind].set(index, status);
    },
    bits: (kind: PassKind) => buildStatusList(LIST_SIZE, statuses[kind]),
    trustList: (iat: number, version = Math.floor(iat / DAY)) =>
      signTrustList(
        {
          version,
          iat,
          exp: iat + TRUST_LIST_LIFE_SECONDS,
          entries: [issuers.phone.entry, issuers.printed.entry],
        },
        root.signer,
      ),
  };
}

/** A city as `makeCity` makes it. */
export type City = ReturnType<typeof makeCity>;

/** A server of the city, as a gate sees it; what it does wrong is up to the test. */
export interface CityServer extends Server {
  /** While set, every question fails. */
  isDown: boolean;
  /** How long a status list is good. */
  statusLifeSeconds: number;
  /** What it has of this gate, by `epoch/seq`. */
  readonly records: Map<string, string>;
  readonly batches: SentRecord[][];
  /** Decides what becomes of a record; `undefined` for the usual. */
  judge: (record: SentRecord) => Receipt['outcome'] | undefined;
  /** The answer to a batch is lost on its way. */
  losesAnswers: boolean;
  ledger: string;
  resendFrom: BatchAnswer['resendFrom'];
  served: ServedProgramme;
  /** Whole lists that were served, and deltas. */
  readonly lists: { whole: number; deltas: number };
}

/** A server that is up. Its own clock is right. */
export function makeServer(city: City, clock: { now(): number }): CityServer {
  const now = () => instantOfMilliseconds(clock.now());
  const seconds = () => Math.floor(clock.now() / 1000);
  const kept = new Map<string, { iat: number; bits: Uint8Array }[]>();
  const lists = { whole: 0, deltas: 0 };

  function up(): void {
    if (server.isDown) throw new Error('connection refused');
  }

  async function statusList(kid: string, since: number | null): Promise<Fetched<Uint8Array>> {
    up();
    const kind = kid === toHex(city.issuers.phone.entry.kid) ? 'phone' : 'printed';
    const { entry, signer } = city.issuers[kind];
    const before = kept.get(kid) ?? [];
    kept.set(kid, before);
    const iat = seconds();
    const bits = city.bits(kind);
    const life = { iat, exp: iat + server.statusLifeSeconds, ttlSeconds: 300 };
    const common = { kid: entry.kid, address: entry.statusAddress, ...life };
    const base = before.find((one) => one.iat === since);
    if (since !== null && since >= iat) return { kind: 'same', now: now() };
    if (!before.some((one) => one.iat === iat)) before.push({ iat, bits });
    if (base === undefined) {
      lists.whole += 1;
      const content = await signStatusList({ ...common, bits }, signer, nodeCrypto);
      return { kind: 'newer', content, etag: null, now: now() };
    }
    lists.deltas += 1;
    const changes = statusChanges(base.bits, bits, entry.listSize);
    const content = await signStatusDelta({ ...common, baseIat: base.iat, changes }, signer);
    return { kind: 'newer', content, etag: null, now: now() };
  }

  const server: CityServer = {
    isDown: false,
    statusLifeSeconds: 2 * DAY,
    records: new Map(),
    batches: [],
    judge: () => undefined,
    losesAnswers: false,
    ledger: 'one',
    resendFrom: null,
    served: { version: 'v1', programme: serialiseProgramme(programme), next: null },
    lists,
    async trustList() {
      up();
      return { kind: 'newer', content: await city.trustList(seconds()), etag: null, now: now() };
    },
    statusList,
    async programme(etag) {
      up();
      if (etag === server.served.version) return { kind: 'same', now: now() };
      const content = JSON.parse(JSON.stringify(server.served)) as ServedProgramme;
      return { kind: 'newer', content, etag: server.served.version, now: now() };
    },
    async sendBatch(records) {
      up();
      server.batches.push([...records]);
      const receipts = records.map((record): Receipt => {
        const { bootEpoch, seq, body } = record;
        const name = `${bootEpoch}/${seq}`;
        const outcome = server.judge(record);
        if (outcome !== undefined && outcome !== 'recorded') return { bootEpoch, seq, outcome };
        const before = server.records.get(name);
        if (before === undefined) server.records.set(name, body);
        if (before !== undefined && before !== body)
          return { bootEpoch, seq, outcome: 'quarantined' };
        return { bootEpoch, seq, outcome: before === undefined ? 'recorded' : 'known' };
      });
      if (server.losesAnswers) throw new Error('the answer was lost');
      const { ledger, resendFrom } = server;
      return { now: now(), receipts, gaps: [], ledger, resendFrom: resendFrom ?? null };
    },
  };
  return server;
}

/** The moment in seconds as an `Instant`. */
export const instant = instantOf;

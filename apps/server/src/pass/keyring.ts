/**
 * The blood centre's keys in the home: an offline root that signs the trust list, one issuer key
 * for phones and one for printed cards. Files are 0600; production keeps them elsewhere.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import {
  type CivilDate,
  dayNumber,
  dayOf,
  instantOf,
  startOfDaySeconds,
} from '@liyu/domain/kernel';
import type { Programme } from '@liyu/domain/programme';
import {
  ES256,
  fromHex,
  keyEnd,
  type PassKind,
  type Signer,
  signTrustList,
  TRUST_LIST_LIFE_SECONDS,
  type TrustEntry,
  type TrustList,
  toHex,
} from '@liyu/pass';
import { generateKey, pointFromJwk, signerFromJwk } from '@liyu/pass/node';
import { z } from 'zod';
import { NoKeys } from '../database/field-keys.ts';
import type { Random } from '../edge/clock.ts';

/** A key that signs passes, and how its passes are cut. */
export interface Issuer {
  readonly signer: Signer;
  readonly entry: TrustEntry;
}

/** Signed for a moment: the bytes that gates take, and their content. */
export interface SignedTrustList {
  readonly cose: Uint8Array;
  readonly list: TrustList;
}

/** The blood centre's keys. */
export interface Keyring {
  /** Makes the keys; answers whether there were none. */
  init(): boolean;
  /** The issuer of a kind of pass at a moment (seconds); throws `NoKeys`. */
  issuer(use: PassKind, now: number): Issuer;
  /** The trust list of the city's day of the moment (seconds); throws `NoKeys`. */
  trustList(now: number): Promise<SignedTrustList>;
  /** The root's public key, for whoever verifies the trust list; throws `NoKeys`. */
  rootKey(): { readonly x: string; readonly y: string };
  /** Whether one of the keys was made in development. */
  isOfDevelopment(): boolean;
}

const EC_JWK = z.strictObject({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: z.string(),
  y: z.string(),
  d: z.string(),
});
/** Keys that were made in development say so: production refuses them. */
const MARK = { development: z.literal(true).optional() };
const ROOT_FILE = EC_JWK.extend(MARK).transform(({ development, ...key }) => ({
  development,
  key,
}));
const ISSUER_FILE = z.strictObject({
  ...MARK,
  kid: z.string().regex(/^[0-9a-f]{4}$/),
  lifeSeconds: z.number().int(),
  anchor: z.number().int(),
  madeAt: z.number().int(),
  key: EC_JWK,
});
type IssuerFile = z.infer<typeof ISSUER_FILE>;

const DAY = 86_400;
const LIFE_SECONDS: { readonly [K in PassKind]: number } = { phone: 7 * DAY, printed: 90 * DAY };
/** Issuer keys turn every quarter. */
const QUARTER_SECONDS = 92 * DAY;
/**
 * A key signs for a quarter, a pass a week: for ten million a city may have 700,000 holders. Development
 * takes less, so that its lists are made and read in a moment.
 */
const LIST_SIZE = { production: 10_000_000, development: 1 << 20 } as const;
/** Lists of so many days are kept: gates send records of days long past. */
const MOST_LISTS = 64;
/** A Monday: weekly passes turn in the night to Monday. */
const ANCHOR_DAY = '2024-01-01' as CivilDate;

/** What the keyring is made of. */
export interface KeyringOptions {
  readonly folder: string;
  readonly programme: Programme;
  readonly random: Random;
  readonly nowSeconds: () => number;
  /** Keys are made when first needed and count for every day of the programme. */
  readonly development: boolean;
}

/** The keys of a folder. */
export function openKeyring(options: KeyringOptions): Keyring {
  const { folder, programme, development } = options;
  const signed = new Map<number, Promise<SignedTrustList>>();
  const fileOf = (name: string): string => path.join(folder, `${name}.json`);
  const read = <T>(name: string, shape: z.ZodType<T>): T => {
    if (!existsSync(fileOf(name))) {
      if (!development) throw new NoKeys('there are no keys: run `keys init`');
      init();
    }
    return shape.parse(JSON.parse(readFileSync(fileOf(name), 'utf8')));
  };

  function init(): boolean {
    if (existsSync(fileOf('root'))) return false;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    for (const use of ['phone', 'printed'] as const) save(`issuer-${use}`, newIssuer(options, use));
    save('root', { ...EC_JWK.parse(generateKey().privateJwk), ...markOf(options) });
    return true;
  }

  function save(name: string, content: unknown): void {
    writeFileSync(fileOf(name), `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  }

  function issuer(use: PassKind, now: number): Issuer {
    const file = read(`issuer-${use}`, ISSUER_FILE);
    return { signer: signerFromJwk(file.key), entry: entryOf(file, use, now) };
  }

  function entryOf(file: IssuerFile, use: PassKind, now: number): TrustEntry {
    const lastSignedAt = development ? now : file.madeAt + QUARTER_SECONDS;
    return {
      kid: fromHex(file.kid),
      alg: ES256,
      key: pointFromJwk(file.key),
      use,
      notBefore: development ? 0 : file.madeAt,
      notAfter: keyEnd(lastSignedAt, file.lifeSeconds),
      lifeSeconds: file.lifeSeconds,
      anchor: file.anchor,
      statusAddress: `/api/v1/status-lists/${file.kid}`,
      listSize: development ? LIST_SIZE.development : LIST_SIZE.production,
    };
  }

  /** One list a city day; its version is that day's number, so that it only goes up. */
  async function signFor(day: CivilDate): Promise<SignedTrustList> {
    const iat = startOfDaySeconds(day, programme.zone);
    const list: TrustList = {
      version: dayNumber(day),
      iat,
      exp: iat + TRUST_LIST_LIFE_SECONDS,
      entries: [issuer('phone', iat).entry, issuer('printed', iat).entry],
    };
    return { cose: await signTrustList(list, signerFromJwk(read('root', ROOT_FILE).key)), list };
  }

  return {
    init,
    issuer,
    trustList(now) {
      const day = dayOf(instantOf(now), programme.zone);
      const known = signed.get(dayNumber(day));
      if (known !== undefined) return known;
      const fresh = signFor(day);
      if (signed.size >= MOST_LISTS) signed.clear();
      signed.set(dayNumber(day), fresh);
      return fresh;
    },
    isOfDevelopment() {
      const issuers = (['phone', 'printed'] as const).map((use) => `issuer-${use}`);
      return (
        existsSync(fileOf('root')) &&
        (read('root', ROOT_FILE).development === true ||
          issuers.some((name) => read(name, ISSUER_FILE).development === true))
      );
    },
    rootKey() {
      const { x, y } = read('root', ROOT_FILE).key;
      return { x, y };
    },
  };
}

function markOf({ development }: KeyringOptions): { development?: true } {
  return development ? { development } : {};
}

function newIssuer(options: KeyringOptions, use: PassKind): IssuerFile {
  return {
    ...markOf(options),
    kid: toHex(options.random.bytes(2)),
    lifeSeconds: LIFE_SECONDS[use],
    anchor: startOfDaySeconds(ANCHOR_DAY, options.programme.zone),
    madeAt: options.nowSeconds(),
    key: EC_JWK.parse(generateKey().privateJwk),
  };
}

/** What the files of this folder look like. Bytes are lower-case hexadecimal, times are seconds. */
import type { PassKind, PassScope, RefusalCode, Zone } from '@liyu/pass';

/** A public key: x, and whether y is odd. */
export interface Point {
  readonly x: string;
  readonly yIsOdd: boolean;
}

/** An entry of the trust list; its key id in hexadecimal. */
export interface Entry {
  readonly kid: string;
  readonly alg: number;
  readonly key: Point;
  readonly use: PassKind;
  readonly notBefore: number;
  readonly notAfter: number;
  readonly lifeSeconds: number;
  readonly anchor: number;
  readonly statusAddress: string;
  readonly listSize: number;
}

/** What every case has. */
export interface Case {
  readonly name: string;
  readonly description: string;
}

/** What a code says, or that it is malformed. */
export type CodeMeaning =
  | { readonly wellFormed: false }
  | {
      readonly wellFormed: true;
      readonly pass: {
        readonly alg: number;
        readonly kid: string;
        readonly exp: number;
        readonly cti: string;
        readonly holderKey: Point | null;
        readonly scope: PassScope;
      };
      readonly showing: { readonly alg: number; readonly iat: number; readonly seq: number } | null;
    };

/** code.json: a text, and what it says before anything is verified. */
export interface CodeCase extends Case {
  readonly text: string;
  readonly expected: CodeMeaning;
}

/** What a verifier is told at one scan. */
export interface ScanGate {
  readonly now: number;
  readonly zone: Zone;
  readonly window: {
    readonly behindSeconds: number;
    readonly aheadSeconds: number;
    readonly unsynced: boolean;
  };
  readonly acceptPrinted: boolean;
  /** A name in the file's `trustLists`. */
  readonly trustList: string;
  /** Names in the file's `statusLists`. */
  readonly statusLists: readonly string[];
  readonly maxStatusAgeSeconds: number;
  readonly passage: { readonly direction: 'in' | 'out'; readonly place: string } | null;
  /** What is known of an open entry of this pass; null: ask the case's own memory. */
  readonly openEntry: boolean | null;
}

/** The answer to a scan. */
export type ScanAnswer =
  | {
      readonly taken: true;
      readonly cti: string;
      readonly skewSeconds: number | null;
      readonly marks: readonly string[];
    }
  | {
      readonly taken: false;
      readonly code: RefusalCode;
      readonly bySeconds: number | null;
      readonly skewSeconds: number | null;
    };

/** One scan. */
export interface Scan {
  readonly text: string;
  readonly gate: ScanGate;
  readonly expected: ScanAnswer;
}

/** Scans one after another at one station: they share the cache of passes and the memory. */
export interface ScanCase extends Case {
  readonly scans: readonly Scan[];
}

/** scan.json and precedence.json. */
export interface ScanFile {
  readonly about: string;
  readonly root: Point;
  /** Signed trust lists by name. */
  readonly trustLists: Readonly<Record<string, string>>;
  /** Signed status lists by name, with the deltas that are applied to them in turn. */
  readonly statusLists: Readonly<
    Record<string, { readonly entry: Entry; readonly list: string; readonly deltas: string[] }>
  >;
  readonly cases: readonly ScanCase[];
}

/** trust-list.json. */
export interface TrustListCase extends Case {
  readonly root: Point;
  readonly bytes: string;
  readonly now: number;
  readonly lowestVersion: number;
  readonly expected:
    | {
        readonly taken: true;
        readonly version: number;
        readonly iat: number;
        readonly exp: number;
        readonly entries: readonly Entry[];
      }
    | { readonly taken: false; readonly code: string };
}

/** The answer to a status list or a delta: `statuses` are those of the indexes asked for. */
export type StatusAnswer =
  | {
      readonly taken: true;
      readonly iat: number;
      readonly exp: number;
      /** SHA-256 over the list's bits: what a delta has made of the whole list. */
      readonly bitsSha256: string;
      readonly statuses: Readonly<Record<string, string>>;
    }
  | { readonly taken: false; readonly code: string };

/** status-list.json. */
export interface StatusListCase extends Case {
  readonly entry: Entry;
  readonly bytes: string;
  readonly now: number;
  readonly expected: StatusAnswer;
}

/** status-delta.json: `list` is the whole list that is held, itself in order. */
export interface StatusDeltaCase extends StatusListCase {
  readonly list: string;
}

/** A file whose cases stand alone. */
export interface CaseFile<T extends Case> {
  readonly about: string;
  readonly cases: readonly T[];
}

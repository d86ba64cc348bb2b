/** What a gate answers to a code, in the shape of the server's answer where both know it. */

import type { CivilDate } from '@liyu/domain/kernel';
import { dayText, type Text } from '@liyu/domain/kernel';
import { messageOf, type Programme, plain, wayOnOf } from '@liyu/domain/programme';
import type { ScanMark } from '@liyu/domain/redemption';
import type { RecordKey } from './server-seam.ts';

/** What is shown, said and done at the gate. */
export interface GateAnswer {
  readonly open: boolean;
  /** `granted`, or the reason code. */
  readonly code: string;
  /** How much, in English, for staff and logs: `phone is 73 s slow`; empty where there is nothing to add. */
  readonly detail: string;
  readonly message: Text;
  readonly wayOn: Text;
  /** The phone's clock less the gate's; `null` where the code tells no moment. */
  readonly skewSeconds: number | null;
  readonly marks: readonly ScanMark[];
  /** Whether the staffed lane may help. */
  readonly staffedLane: boolean;
  /** Fen; `null` where the gate does not know it. */
  readonly waivedFen: number | null;
  readonly toPayFen: number | null;
  /** The record's name; `null` where nothing could be recorded. */
  readonly mark: RecordKey | null;
}

/** An answer before it is recorded. */
export type Unrecorded = Omit<GateAnswer, 'mark'>;

/** What goes into an answer beside its texts. */
export interface Ruling {
  readonly code: string;
  readonly detail?: string;
  readonly skewSeconds?: number | null;
  readonly marks?: readonly ScanMark[];
  readonly waivedFen?: number | null;
  readonly toPayFen?: number | null;
  /** The pass's last day, where a text names it. */
  readonly lastDay?: CivilDate | undefined;
}

/** A gate that has no programme yet has no words of the city's; the lane is all it can name. */
const WORDLESS: Text = { zh: '请走人工通道。', en: 'Please use the staffed lane.' };

/** The answer with the programme's texts. */
export function answerOf(programme: Programme | undefined, ruling: Ruling): Unrecorded {
  const { code, detail = '', skewSeconds = null, marks = [] } = ruling;
  const { waivedFen = null, toPayFen = null, lastDay } = ruling;
  const reason = programme?.reasons.get(code);
  const values = {
    seconds: plain(Math.abs(skewSeconds ?? 0)),
    ...(lastDay === undefined ? {} : { validThrough: dayText(lastDay) }),
  };
  const isKnown = programme !== undefined && reason !== undefined;
  return {
    open: code === 'granted',
    code,
    detail,
    message: isKnown ? messageOf(programme, code, values) : WORDLESS,
    wayOn: isKnown ? wayOnOf(programme, code) : WORDLESS,
    skewSeconds,
    marks,
    staffedLane: code !== 'granted' && (reason?.staffMayHelp ?? true),
    waivedFen,
    toPayFen,
  };
}

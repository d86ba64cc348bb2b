/** Somebody stands at a gate: what is shown, what the gate says, and that it is told. */
import type { GateAnswer } from '@liyu/gate';
import type { Machine } from './machine.ts';
import type { ShownCode } from './phone.ts';
import type { Shower, TruthLog, Way } from './truth.ts';

/** What somebody shows: the code, and in whose hand it is. */
export interface Shown extends ShownCode {
  readonly donor: string;
  readonly by: Shower;
}

/** Shows it at the gate; `undefined` where nobody answers. */
export type Scanner = (machine: Machine, shown: Shown, way: Way) => Promise<GateAnswer | undefined>;

/** A scanner that tells the record, and `poke`s a machine that has something to send. */
export function createScanner(truth: TruthLog, poke: (machine: Machine) => void): Scanner {
  let scans = 0;
  return async (machine, shown, way) => {
    scans += 1;
    const scan = scans;
    const { donor, by, iat, seq } = shown;
    truth.tell({ what: 'showed', showing: scan, donor, pass: shown.pass.name, by, iat, seq });
    const { name: gate, venue } = machine;
    truth.tell({ what: 'tried', scan, showing: scan, gate, venue, way });
    if (!machine.isRunning) {
      truth.tell({ what: 'unanswered', scan, gate });
      return undefined;
    }
    const answer = await machine.scan(shown.text, way);
    poke(machine);
    if (answer === undefined) {
      truth.tell({ what: 'unanswered', scan, gate });
      return undefined;
    }
    const { open, code, marks, staffedLane, message, mark } = answer;
    truth.tell({
      what: 'answered',
      scan,
      gate,
      open,
      code,
      marks: [...marks],
      staffedLane,
      worded: open || (message.zh !== '' && message.en !== ''),
      epoch: mark?.bootEpoch ?? null,
      seq: mark?.seq ?? null,
    });
    return answer;
  };
}

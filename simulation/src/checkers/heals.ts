/** I10: faults over, everything drains, and gates open. */
import { factsOf } from '../world/truth.ts';
import type { Checker } from './evidence.ts';

/** Ten minutes after the last fault. */
export const heals: Checker = {
  invariant: 'I10',
  says: 'ten minutes after the last fault no gate holds a record that the server has not acknowledged, and every gate opens for a good code',
  check({ facts, waiting, stories }) {
    const found = waiting
      .filter(({ records }) => records > 0)
      .map(({ gate, records }) => `${gate} still holds ${records} records`);
    const [healed] = factsOf(facts, 'healed');
    if (healed === undefined) return [...found, 'the run did not come to its end'];
    const after = stories.filter(({ at, by }) => at >= healed.at && by === 'holder');
    for (const { scan, gate, answer } of after) {
      if (answer?.open !== true) {
        found.push(`scan ${scan}: ${gate} answers a good code with ${answer?.code ?? 'nothing'}`);
      }
    }
    return found;
  },
};

/** I8: every answer has its code and its words, and the books say what the gate said. */
import type { Checker } from './evidence.ts';
import { recordName } from './evidence.ts';

/** The reason codes that people and partners are told of. */
const CODES = new Set(
  (
    'granted malformed stale ahead key_unknown alg_mismatch issuer_signature ' +
    'holder_signature_missing holder_signature kind_not_accepted zone_not_covered pass_expired ' +
    'pass_not_yet revoked suspended replayed passback list_too_old no_card card_ended honour_only ' +
    'already_today line_excluded level_not_covered nothing_to_waive not_in_force unknown_venue ' +
    'cannot_record'
  ).split(' '),
);

/** Codes, words, rules. */
export const saysWhy: Checker = {
  invariant: 'I8',
  says: 'every refusal at a gate has a known code and words in both languages; the books give the refusal the same code; every use has its rule and version',
  check({ stories, refusals, receipts, uses }) {
    const found: string[] = [];
    const arrived = new Set(receipts.map(recordName));
    const written = new Set(refusals.map(({ venue, at, code }) => `${venue} ${at} ${code}`));
    for (const { scan, gate, venue, answer, clock } of stories) {
      if (answer === undefined) continue;
      const { code, open, worded, epoch, seq } = answer;
      if (!CODES.has(code)) found.push(`scan ${scan} at ${gate}: the code is ${code}`);
      if (!worded) found.push(`scan ${scan} at ${gate}: ${code} without words`);
      if (open && code !== 'granted') found.push(`scan ${scan} at ${gate}: open for ${code}`);
      if (open || epoch === null || seq === null || clock === undefined) continue;
      if (!arrived.has(recordName({ gate, epoch, seq }))) continue;
      if (!written.has(`${venue} ${clock} ${code}`)) {
        found.push(`scan ${scan} at ${gate}: refused as ${code}, and the books do not say so`);
      }
    }
    for (const { id, rule, version } of uses) {
      if (!rule || !/^\d{4}-\d{2}-\d{2}$/.test(version)) {
        found.push(`use ${id}: rule ${rule}, version ${version}`);
      }
    }
    return found;
  },
};

/** I3: a pass that was revoked opens nothing a minute later, where the gate is online. */
import { MINUTE, SECOND } from '../world/city-time.ts';
import type { Moment } from '../world/schedule.ts';
import type { Fact } from '../world/truth.ts';
import type { Checker, Evidence } from './evidence.ts';
import { lostSince } from './free-rider.ts';
import type { Story } from './story.ts';

/** Always within. */
const ALWAYS = 120 * SECOND;
/** For 99 of 100. */
const MOSTLY = 60 * SECOND;

/** How a revoked pass fared at gates that were online: ways in, by when after the revocation. */
export interface RevocationTries {
  /** Later than a minute after it, within two. */
  readonly tries: number;
  readonly opened: number;
}

interface LateTry {
  readonly story: Story;
  /** Milliseconds for which the gate could have known. */
  readonly known: number;
}

/** Nobody gets in with it two minutes later. */
export const revokedIsRefused: Checker = {
  invariant: 'I3',
  says: 'two minutes after a pass was revoked or suspended no gate that could reach the server all that time lets it in (and a minute after it, 99 of 100 refuse, over all seeds)',
  check(evidence) {
    return lateTries(evidence)
      .filter(({ story, known }) => story.answer?.open === true && known > ALWAYS)
      .map(
        ({ story, known }) =>
          `scan ${story.scan} at ${story.gate}: open, ${Math.round(known / SECOND)} s after the gate could know`,
      );
  },
};

/** Counts for the share of a minute; summed over all seeds. */
export function revocationTries(evidence: Evidence): RevocationTries {
  const late = lateTries(evidence).filter(({ known }) => known > MOSTLY);
  return {
    tries: late.length,
    opened: late.filter(({ story }) => story.answer?.open === true).length,
  };
}

function lateTries(evidence: Evidence): LateTry[] {
  const online = onlineSince(evidence.facts);
  return evidence.stories.flatMap((story): LateTry[] => {
    if (story.way === 'out' || story.answer === undefined) return [];
    const lost = lostSince(evidence.rights, story, story.donor);
    if (lost === undefined) return [];
    const since = online(story.gate, story.at);
    if (since === undefined) return [];
    return [{ story, known: story.at - Math.max(lost, since) }];
  });
}

/** Since when the gate has run, and reached a server that answers, without a break. */
function onlineSince(facts: readonly Fact[]): (gate: string, at: Moment) => Moment | undefined {
  const changes = facts.filter((fact) => fact.what === 'gate' || fact.what === 'server');
  return (gate, at) => {
    let [runs, reaches, free, serves] = [false, true, true, true];
    let since: Moment | undefined;
    for (const fact of changes) {
      if (fact.at > at) break;
      if (fact.what === 'server') {
        if (fact.is === 'up' || fact.is === 'down') serves = fact.is === 'up';
        else continue;
      } else if (fact.what === 'gate' && fact.gate === gate) {
        if (fact.is === 'started') runs = true;
        if (fact.is === 'ended' || fact.is === 'stolen') runs = false;
        if (fact.is === 'cut_off' || fact.is === 'joined') reaches = fact.is === 'joined';
        if (fact.is === 'stuck' || fact.is === 'free') free = fact.is === 'free';
      } else continue;
      since = runs && reaches && free && serves ? fact.at : undefined;
    }
    return since;
  };
}

/** The share of a minute, over all seeds together: at most one of a hundred may be late. */
export function judgeShare({ tries, opened }: RevocationTries): string | undefined {
  if (opened * 100 <= tries) return undefined;
  return `${opened} of ${tries} revoked passes were let in later than ${MOSTLY / MINUTE} minute after`;
}

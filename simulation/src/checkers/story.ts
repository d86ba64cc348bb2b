/** A scan as the world saw it: who showed what, where, and what the gate said. */
import type { Moment } from '../world/schedule.ts';
import { type Fact, factsOf, type Shower, type Way } from '../world/truth.ts';
import type { SentBody } from './evidence.ts';
import { readBody, recordName } from './evidence.ts';

/** One scan; `answer` is missing where the gate ended before it said anything. */
export interface Story {
  readonly scan: number;
  readonly at: Moment;
  readonly gate: string;
  readonly venue: string;
  readonly way: Way;
  readonly donor: string;
  readonly pass: string;
  readonly by: Shower;
  /** The whole pass was shown with the phone's signature over this moment and number. */
  readonly iat: number | null;
  readonly seq: number | null;
  readonly answer: Extract<Fact, { what: 'answered' }> | undefined;
  /** The record that was sent of it, as an object, and its moment by the gate's own clock. */
  readonly body: Readonly<Record<string, unknown>> | undefined;
  readonly clock: Moment | undefined;
}

/** All scans, in the order in which they were tried. */
export function storiesOf(facts: readonly Fact[], sent: readonly SentBody[]): Story[] {
  const bodies = new Map(sent.map((one) => [recordName(one), one.body]));
  const showings = new Map(factsOf(facts, 'showed').map((fact) => [fact.showing, fact]));
  const answers = new Map(factsOf(facts, 'answered').map((fact) => [fact.scan, fact]));
  return factsOf(facts, 'tried').map((tried) => {
    const shown = showings.get(tried.showing);
    if (shown === undefined) throw new Error('invariant broken: what is tried was shown');
    const { donor, pass, by, iat, seq } = shown;
    const { scan, at, gate, venue, way } = tried;
    const answer = answers.get(scan);
    const { epoch = null, seq: number = null } = answer ?? {};
    const isNamed = epoch !== null && number !== null;
    const text = isNamed ? bodies.get(recordName({ gate, epoch, seq: number })) : undefined;
    const body = text === undefined ? undefined : readBody(text);
    const clock = typeof body?.at === 'string' ? Date.parse(body.at) : undefined;
    return { scan, at, gate, venue, way, donor, pass, by, iat, seq, answer, body, clock };
  });
}

/** The scans after which a gate opened, with its answer. */
export type Opening = Story & { readonly answer: NonNullable<Story['answer']> };

/** The openings among the scans. */
export function openingsOf(stories: readonly Story[]): Opening[] {
  return stories.filter((story): story is Opening => story.answer?.open === true);
}

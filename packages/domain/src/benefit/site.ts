/** Scenic sites: free entry by card kind, so many entries a card, site and day. */
import type { CivilDate } from '../kernel/index.ts';
import { findOn, type Programme, parameterOn } from '../programme/index.ts';
import type { ProvenStanding } from '../standing/index.ts';
import {
  cardKindOn,
  comeTomorrow,
  type Decision,
  decision,
  reachHonour,
  type ShownBy,
  unknownVenue,
  versionFor,
  withoutCard,
} from './decision.ts';

/** The facts that an entry is decided on. */
export interface SiteFacts {
  readonly standing: ProvenStanding;
  readonly site: string;
  /** Free entries of this card at this site on this day that stand. */
  readonly entriesToday: number;
  readonly shownBy: ShownBy;
}

/** Whether the donor enters free. A private site's ticket is not known: its amounts are `null`. */
export function decideSite(facts: SiteFacts, programme: Programme, day: CivilDate): Decision {
  const { standing } = facts;
  const site = programme.sites.get(facts.site);
  if (site === undefined) return unknownVenue(programme, day);
  const version = versionFor(programme, day, 'site', facts.shownBy);
  if (typeof version !== 'string') return version;
  const ticketFen = site.settled ? parameterOn(programme, 'site.ticket_fen', day).value : null;
  const cards = findOn(site.cards, day);
  if (cards === undefined) {
    const joins = site.cards.find(({ from }) => from > day) ?? site.cards[0];
    if (joins === undefined) throw new Error('invariant broken: a site has cards');
    return decision(standing, version, {
      code: 'not_in_force',
      clause: joins.clause,
      waivedFen: 0,
      toPayFen: ticketFen,
      wouldChange: joins.from > day ? { kind: 'come_on', day: joins.from } : null,
    });
  }
  const card = cardKindOn(standing, day);
  if (card === 'no_card' || card === 'card_ended') {
    return withoutCard(standing, version, card, programme, ticketFen);
  }
  if (!cards.value.includes(card)) {
    return decision(standing, version, {
      code: 'honour_only',
      clause: cards.clause,
      waivedFen: 0,
      toPayFen: ticketFen,
      wouldChange: reachHonour(standing, programme, day),
    });
  }
  const entries = parameterOn(programme, 'site.entries_a_day', day);
  if (facts.entriesToday >= entries.value) {
    return decision(standing, version, {
      code: 'already_today',
      clause: entries.clause,
      waivedFen: 0,
      toPayFen: ticketFen,
      wouldChange: comeTomorrow(day),
    });
  }
  return decision(standing, version, {
    code: 'granted',
    clause: cards.clause,
    waivedFen: ticketFen ?? 0,
    toPayFen: 0,
  });
}

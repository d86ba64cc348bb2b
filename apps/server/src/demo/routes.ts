/** `/api/v1/demo`: sample donors, places and the ledger for `/demo`. Development only. */
import { findVenue, type Venue } from '@liyu/domain/programme';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Core } from '../core.ts';
import { chooseDonors, loadLedgerLines, versionNow } from './workflow.ts';

/** The routes. Places are chosen by kind, so that any city's programme can be shown. */
export function demoRoutes(core: Core): FastifyPluginAsyncZod {
  return async (server) => {
    server.get('/demo', { schema: { summary: 'What the demo shows (development)' } }, async () => ({
      sample: true,
      now: core.clock.now(),
      city: core.programme.city.name,
      timeZone: core.programme.zone.id,
      ...versionNow(core),
      donors: await chooseDonors(core),
      venues: places(core),
      hospitalLevels: ['general', 'associate_chief', 'chief', 'renowned_expert'],
    }));
    server.get(
      '/demo/ledger',
      { schema: { summary: 'The last lines of the ledger (development)' } },
      async () => ({ lines: await loadLedgerLines(core) }),
    );
  };
}

/** Two stations of two operators, far apart, a bus, a hospital, a site for every card and one for honour. */
function places(core: Core): unknown[] {
  const { stations, lines, hospitals, sites } = core.programme;
  const stationsOf = (line: string | undefined): string[] =>
    [...stations.values()].filter((station) => station.line === line).map(({ id }) => id);
  const metro = [...lines.values()].filter(({ mode }) => mode === 'metro').map(({ id }) => id);
  const site = (cards: number): string | undefined =>
    [...sites.values()].find((one) => one.settled && one.cards.at(-1)?.value.length === cards)?.id;
  const ids = [
    stationsOf(metro[1])[3],
    stationsOf(metro[0])[0],
    [...lines.values()].find(({ mode, free }) => mode === 'bus' && free.at(-1)?.value)?.id,
    [...hospitals.keys()][0],
    site(2),
    site(1),
  ];
  return ids
    .map((id) => (id === undefined ? undefined : findVenue(core.programme, id)))
    .filter((venue) => venue !== undefined)
    .map(placeOf);
}

function placeOf({ id, benefit, kind, name }: Venue): unknown {
  return benefit === 'ride' ? { id, benefit, mode: kind, name } : { id, benefit, name };
}

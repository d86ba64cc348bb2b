/** Where the gates stand: stations of two operators, buses, sites. */
import type { Programme } from '@liyu/domain/programme';
import type { Dice } from './dice.ts';

/** A place for a gate; gates of a station are `s1-1`, `s1-2`. */
export interface Place {
  readonly name: string;
  readonly station: string;
  readonly kind: 'metro' | 'bus' | 'site';
  readonly venue: string;
  readonly partner: string;
}

/** Of every eight gates: stations with two, two and one, two buses, one site. */
const PATTERN = ['s', 's+', 's', 's+', 's', 'b', 'b', 'e'] as const;

/** So many gates, at places that the dice choose. */
export function layOut(dice: Dice, programme: Programme, gates: number): Place[] {
  const stations = [...programme.stations.values()];
  const lines = [...programme.lines.values()];
  const metro = lines.filter(({ mode }) => mode === 'metro');
  const buses = lines.find(({ mode, free }) => mode === 'bus' && free.some(({ value }) => value));
  const sites = [...programme.sites.values()].filter(({ cards }) =>
    cards.some(({ value }) => value.includes('annual')),
  );
  const places: Place[] = [];
  let [station, bus, site] = [0, 0, 0];
  let venue = stations[0];
  for (let at = 0; at < gates; at += 1) {
    const kind = PATTERN[at % PATTERN.length] ?? 's';
    if (kind === 'b') {
      bus += 1;
      if (buses === undefined) throw new Error('invariant broken: the programme has buses');
      places.push(placeOf(`bus${bus}`, 1, 'bus', buses.id, buses.partner));
    } else if (kind === 'e') {
      const id = sites[(site * 4) % sites.length]?.id ?? '';
      site += 1;
      places.push(placeOf(`site${site}`, 1, 'site', id, id));
    } else {
      if (kind === 's') {
        station += 1;
        // One operator's, then the other's.
        const own = stations.filter(({ line }) => line === metro[station % metro.length]?.id);
        venue = dice.pick(own);
      }
      if (venue === undefined) throw new Error('invariant broken: the programme has stations');
      const gate = kind === 's' ? 1 : 2;
      places.push(
        placeOf(`s${station}`, gate, 'metro', venue.id, partnerOf(programme, venue.line)),
      );
    }
  }
  return places;
}

function placeOf(
  station: string,
  gate: number,
  kind: Place['kind'],
  venue: string,
  partner: string,
): Place {
  return { name: `${station}-${gate}`, station, kind, venue, partner };
}

function partnerOf(programme: Programme, line: string): string {
  const partner = programme.lines.get(line)?.partner;
  if (partner === undefined) throw new Error(`invariant broken: there is no line ${line}`);
  return partner;
}

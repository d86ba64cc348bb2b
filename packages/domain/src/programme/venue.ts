/** Where a benefit is used: a metro station, a bus line, a hospital or a scenic site. */
import type { Text } from '../kernel/index.ts';
import type { BenefitId, Programme } from './programme.ts';

/** The kind of place; a pass names them as zones. */
export type VenueKind = 'metro' | 'bus' | 'clinic' | 'site';

/** A place with the partner that runs it. `line` is that of a station or a bus line. */
export interface Venue {
  readonly id: string;
  readonly kind: VenueKind;
  readonly benefit: BenefitId;
  readonly name: Text;
  readonly partner: string;
  readonly line: string | null;
}

/** The venue of the id, or `undefined`. */
export function findVenue(programme: Programme, id: string): Venue | undefined {
  const station = programme.stations.get(id);
  const line = programme.lines.get(station?.line ?? id);
  if (station !== undefined && line !== undefined) {
    const { name } = station;
    return { id, kind: 'metro', benefit: 'ride', name, partner: line.partner, line: line.id };
  }
  if (line?.mode === 'bus') {
    const { name, partner } = line;
    return { id, kind: 'bus', benefit: 'ride', name, partner, line: id };
  }
  const hospital = programme.hospitals.get(id);
  if (hospital !== undefined) {
    return { id, kind: 'clinic', benefit: 'clinic', name: hospital.name, partner: id, line: null };
  }
  const site = programme.sites.get(id);
  if (site === undefined) return undefined;
  return { id, kind: 'site', benefit: 'site', name: site.name, partner: id, line: null };
}

/** All venues: stations, bus lines, hospitals, sites, each in the programme's order. */
export function venuesOf(programme: Programme): Venue[] {
  const ids = [
    ...programme.stations.keys(),
    ...[...programme.lines.values()].filter(({ mode }) => mode === 'bus').map(({ id }) => id),
    ...programme.hospitals.keys(),
    ...programme.sites.keys(),
  ];
  return ids.map((id) => findVenue(programme, id)).filter((venue) => venue !== undefined);
}

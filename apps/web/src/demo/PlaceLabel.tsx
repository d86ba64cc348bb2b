/** How a place is named and drawn: a small line drawing, its name, its direction. */
import { usePick } from '../shared/language.ts';
import { useMessages } from './messages.ts';
import type { Place } from './places.ts';

const DRAWINGS: Readonly<Record<'metro' | 'bus' | 'clinic' | 'site', string>> = {
  metro:
    'M6 4h12a2 2 0 0 1 2 2v9a3 3 0 0 1-3 3H7a3 3 0 0 1-3-3V6a2 2 0 0 1 2-2ZM4 11h16M8 14.5h.1m7.8 0h.1M8 18l-2 3m10-3 2 3',
  bus: 'M4 5h16v12H4ZM4 12h16M10 5v7M7 17v2.5m10-2.5v2.5M7 14.5h.1m9.8 0h.1M2.5 8v3m19-3v3',
  clinic: 'M4 21V7l8-4 8 4v14M2 21h20M12 9v6m-3-3h6M10 21v-3h4v3',
  site: 'M3 9c3 0 6-2 9-5 3 3 6 5 9 5M5 9v11m14-11v11M2 21h20M9 20v-6a3 3 0 0 1 6 0v6M5 12h14',
};

/** The drawing that fits a place. */
export function PlaceIcon(props: { place: Place }) {
  const { benefit, mode } = props.place.venue;
  const kind = benefit === 'ride' ? (mode ?? 'bus') : benefit;
  return (
    <svg class="place-icon" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">
      <path d={DRAWINGS[kind]} />
    </svg>
  );
}

/** A place's name, and the way one goes there. */
export function PlaceName(props: { place: Place }) {
  const { text } = useMessages();
  const pick = usePick();
  const { venue, direction } = props.place;
  return (
    <span>
      {pick(venue.name)}
      {direction && (
        <>
          {' '}
          <span class="way">· {text.directions[direction]}</span>
        </>
      )}
    </span>
  );
}

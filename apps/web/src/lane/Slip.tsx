/** The slip for the traveller, 80 mm wide: it is on paper only, and names nobody. */
import { formatClock, formatDay } from '../shared/format.ts';
import { usePick } from '../shared/language.ts';
import { useMessages } from './messages.ts';
import type { Place } from './place.ts';
import type { View } from './view.ts';

/** The slip of what was done last. */
export function Slip(props: {
  view: View & { phase: 'answered' | 'admitted' };
  place: Place;
  clerk: string;
}) {
  const { view, place, clerk } = props;
  const { text, language } = useMessages();
  const pick = usePick();
  const { mark } = view.answer;
  const day = new Intl.DateTimeFormat('sv-SE', { timeZone: place.timeZone }).format(view.atMs);
  const opened = place.kind === 'site' ? text.word.open.site : text.word.open.ride;
  const lines = [
    [text.slip.venue, pick(place.name)],
    [text.slip.at, `${formatDay(day, language)} ${formatClock(view.atMs, place.timeZone)}`],
    [text.slip.outcome, view.phase === 'admitted' ? text.word.admitted : opened],
    [text.slip.number, mark === null ? '' : `${mark.bootEpoch}-${mark.seq}`],
    [text.slip.clerk, clerk],
    ...(view.phase === 'admitted'
      ? [[text.slip.reason, text.reason.choices[view.reason]] as const]
      : []),
  ] as const;
  return (
    <section class="slip" aria-hidden="true">
      <h2>{pick(place.programme)}</h2>
      <p>{text.slip.title}</p>
      <dl>
        {lines.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <p>{text.slip.thanks}</p>
      <p>{text.slip.call(place.telephone)}</p>
      {place.isSample && <p>{text.slip.sample}</p>}
    </section>
  );
}

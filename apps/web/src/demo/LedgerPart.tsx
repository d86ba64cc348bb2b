/** The ledger: one line a use or refusal, with its postings and the leaf of the audit log. */
import xiaonuan from '@art/xiaonuan.svg?url';
import { formatClock, formatMoney } from '../shared/format.ts';
import { usePick } from '../shared/language.ts';
import { Sign } from '../shared/Sign.tsx';
import { DEFAULT_ZONE, type DemoSetting, type LedgerLine } from './client.ts';
import { useMessages } from './messages.ts';

/** The newest lines that the page shows; the ledger itself forgets none. */
const SHOWN_LINES = 12;

/** The part of the page that is the ledger. */
export function LedgerPart(props: { lines: readonly LedgerLine[]; setting: DemoSetting }) {
  const { text } = useMessages();
  return (
    <section class="ledger" aria-labelledby="ledger-title">
      <h2 id="ledger-title">{text.ledger.title}</h2>
      <p class="ledger-hint">{text.ledger.hint}</p>
      {props.lines.length === 0 ? (
        <div class="ledger-empty">
          <img src={xiaonuan} alt="" width="96" height="96" />
          <p>
            <b>{text.ledger.empty}</b>
            <br />
            {text.ledger.emptyHint}
          </p>
        </div>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls needs the keyboard
        <ol class="ledger-lines" tabIndex={0} aria-label={text.ledger.title}>
          {props.lines.slice(0, SHOWN_LINES).map((line) => (
            <Line key={line.id} line={line} setting={props.setting} />
          ))}
        </ol>
      )}
    </section>
  );
}

/** Only a metro gate has directions; elsewhere the word would say nothing. */
function hasDirections(line: LedgerLine, setting: DemoSetting): boolean {
  return setting.venues.some(({ mode, name }) => mode === 'metro' && name.zh === line.venue.zh);
}

function Line(props: { line: LedgerLine; setting: DemoSetting }) {
  const { line, setting } = props;
  const zone = setting.timeZone ?? DEFAULT_ZONE;
  const { text } = useMessages();
  const pick = usePick();
  const isOpen = line.outcome === 'open';
  const way =
    line.direction && hasDirections(line, setting) ? ` · ${text.directions[line.direction]}` : '';
  const place = pick(line.venue) + way;
  return (
    <li class="line" data-outcome={line.outcome}>
      <p class="line-head">
        <Sign kind={isOpen ? 'yes' : 'amber'} />
        <b>{isOpen ? text.ledger.opened : text.ledger.refused}</b>
        {line.admittedBy === 'staff' && <span class="line-staff">{text.ledger.byStaff}</span>}
        <time dateTime={line.at}>{formatClock(Date.parse(line.at), zone)}</time>
      </p>
      <p class="line-place">{place}</p>
      {!isOpen && <p class="line-why">{pick(line.message)}</p>}
      {isOpen && line.postings.length === 0 && <p class="line-why">{text.ledger.noPosting}</p>}
      {line.postings.map((posting) => (
        <dl class="posting" key={`${posting.debit.en}${posting.credit.en}${posting.amountFen}`}>
          <dt>{text.ledger.debit}</dt>
          <dd>{pick(posting.debit)}</dd>
          <dd class="amount">{formatMoney(posting.amountFen)}</dd>
          <dt>{text.ledger.credit}</dt>
          <dd>{pick(posting.credit)}</dd>
          <dd class="amount">{formatMoney(posting.amountFen)}</dd>
        </dl>
      ))}
      <p class="leaf">
        {text.ledger.leaf} <code>{line.leaf}</code>
      </p>
    </li>
  );
}

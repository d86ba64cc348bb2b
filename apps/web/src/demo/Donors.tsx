/** The row of donors to choose from, each with a small card of their own design. */

import { DonorCard, describeValidity } from '../shared/card/DonorCard.tsx';
import { DESIGN_NAMES } from '../shared/card/designs.ts';
import { formatCounts } from '../shared/format.ts';
import { usePick } from '../shared/language.ts';
import type { DemoSetting, SampleDonor } from './client.ts';
import { writeFace } from './faces.ts';
import { useMessages } from './messages.ts';
import type { Demo } from './use-demo.ts';

/** Six donors as radio buttons: arrow keys walk, and one is always chosen. */
export function Donors(props: { demo: Demo; setting: DemoSetting }) {
  const { demo, setting } = props;
  const { text } = useMessages();
  return (
    <fieldset class="donors">
      <legend class="unseen">
        {text.chooseDonor}. {text.chooseHint}
      </legend>
      {setting.donors.map((donor) => (
        <DonorChoice key={donor.donorId} donor={donor} demo={demo} setting={setting} />
      ))}
    </fieldset>
  );
}

function DonorChoice(props: { donor: SampleDonor; demo: Demo; setting: DemoSetting }) {
  const { donor, demo, setting } = props;
  const { text, language } = useMessages();
  const pick = usePick();
  const face = writeFace(donor, setting.city);
  const counts = text.countsOf(formatCounts(donor.counts.city));
  const design = pick(DESIGN_NAMES[donor.design]);
  return (
    <label class="donor">
      <input
        type="radio"
        name="donor"
        class="donor-input"
        checked={demo.phone.donor?.donorId === donor.donorId}
        onChange={() => demo.chooseDonor(donor)}
        aria-label={`${donor.name}, ${design}, ${counts}, ${describeValidity(face, language)}`}
      />
      <span class="donor-card" aria-hidden="true">
        <DonorCard face={face} language={language} isSmall />
      </span>
      <span class="donor-name" aria-hidden="true">
        <b>{donor.name}</b>{' '}
        {face.hasEnded ? <span>{text.endedTag}</span> : <span class="donor-counts">{counts}</span>}
      </span>
    </label>
  );
}

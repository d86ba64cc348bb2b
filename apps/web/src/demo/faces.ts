/** From a donor of the sample to what stands on the card. */
import type { DonorCardFace } from '../shared/card/DonorCard.tsx';
import type { Bilingual } from '../shared/language.ts';
import type { SampleDonor } from './client.ts';

/** The face of a donor's card. */
export function writeFace(donor: SampleDonor, city: Bilingual): DonorCardFace {
  return {
    design: donor.design,
    kind: donor.card.kind,
    number: donor.card.number,
    holder: donor.name,
    city,
    cityCounts: donor.counts.city,
    awardCounts: donor.counts.award,
    validThrough: donor.card.validThrough,
    hasEnded: donor.card.state === 'ended',
  };
}

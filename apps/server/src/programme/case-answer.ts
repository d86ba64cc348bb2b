/** Answers the question of a programme's case, by the same rules that answer donors. */
import { decideClinic, decideRide, decideSite } from '@liyu/domain/benefit';
import { cardStateOn } from '@liyu/domain/card';
import {
  countsText,
  type Donation,
  type DonationNumber,
  intervalBreaches,
  nextEligibleOf,
} from '@liyu/domain/donation';
import { addDays, type CivilDate, getFrom } from '@liyu/domain/kernel';
import { type Dated, findOn, type ParameterId, type Programme } from '@liyu/domain/programme';
import { lowestFare, nightEndOf, tripFare } from '@liyu/domain/redemption';
import { type Standing, standingOf } from '@liyu/domain/standing';
import type { ProgrammeCase } from './case-shapes.ts';

type Ask = ProgrammeCase['ask'];

/** What the rules say to the case's question; a plain object of JSON. */
export function answerCase(asked: ProgrammeCase, programme: Programme): object {
  const { ask } = asked;
  const donations = donationsOf(asked, programme);
  const standing = (on: CivilDate): Standing => standingOf(donations, programme, on);
  if (ask.standing) return standingAnswer(standing(ask.standing.on));
  if (ask.ride) {
    const facts = { ...ask.ride, standing: standing(ask.ride.on) };
    return decideRide(facts, programme, ask.ride.on);
  }
  if (ask.clinic) {
    const facts = { ...ask.clinic, standing: standing(ask.clinic.on) };
    return decideClinic(facts, programme, ask.clinic.on);
  }
  if (ask.site) {
    const facts = { ...ask.site, standing: standing(ask.site.on) };
    return decideSite(facts, programme, ask.site.on);
  }
  if (ask.nextEligible) {
    const { on, bornOn } = ask.nextEligible;
    return nextEligibleOf(donations, bornOn, programme, on);
  }
  if (ask.breaches) {
    return { donations: intervalBreaches(donations, programme).map(({ number }) => number) };
  }
  return answerWithoutDonor(ask, programme);
}

function answerWithoutDonor(ask: Ask, programme: Programme): object {
  if (ask.trip) return tripAnswer(ask.trip, programme);
  if (ask.nightEnd) return { at: nightEndOf(ask.nightEnd.enteredAt, programme) };
  if (ask.parameter) {
    const { id, on } = ask.parameter;
    const values: readonly Dated<unknown>[] | undefined = programme.parameters[id as ParameterId];
    const found = values === undefined ? undefined : findOn(values, on);
    return found === undefined ? {} : { value: found.value, clause: found.clause };
  }
  if (ask.hospital) return getFrom(programme.hospitals, ask.hospital.id, 'hospital');
  throw new Error('invariant broken: a case asks a question');
}

/** The donations of the case, with those that are written as a row of many. */
function donationsOf(asked: ProgrammeCase, programme: Programme): Donation[] {
  const inCity = (city: string | undefined): boolean =>
    city === undefined || programme.city.names.includes(city);
  const single = asked.donations.map(({ number, donatedOn, kind, amount, city, correction }) => ({
    number,
    donatedOn,
    kind,
    amount,
    ...(correction === undefined ? {} : { correction }),
    inCity: inCity(city),
  }));
  const many = asked.series.flatMap(({ times, everyDays, number, donatedOn, kind, amount, city }) =>
    Array.from({ length: times }, (_, index) => ({
      number: `${number}-${index + 1}` as DonationNumber,
      donatedOn: addDays(donatedOn, index * everyDays),
      kind,
      amount,
      inCity: inCity(city),
    })),
  );
  return [...many, ...single];
}

function standingAnswer(standing: Standing): object {
  const { counts, golds, tier, card, on } = standing;
  return {
    counts: { city: countsText(counts.city), award: countsText(counts.award) },
    golds,
    tier,
    state: cardStateOn(standing, on),
    card:
      card === null
        ? null
        : {
            kind: card.kind,
            validFrom: card.validFrom,
            validThrough: card.validThrough,
            evidence: card.evidence,
          },
  };
}

/** The fare of a trip; of one without entry or exit: the lowest, to the one station's operator. */
function tripAnswer(trip: NonNullable<Ask['trip']>, programme: Programme): object {
  const { entry, exit, on } = trip;
  if (entry !== null && exit !== null) return tripFare(entry, exit, programme, on);
  const station = getFrom(programme.stations, entry ?? exit ?? '', 'station');
  const { partner } = getFrom(programme.lines, station.line, 'line');
  const fareFen = lowestFare(programme, on);
  return { fareFen, shares: [{ partner, shareFen: fareFen }] };
}

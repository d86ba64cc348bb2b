import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyHistory, civil, dayFrom } from '../../test/donations.ts';
import { programme } from '../../test/programme.ts';
import { cardStateOn } from '../card/index.ts';
import { addDays, type CivilDate } from '../kernel/index.ts';
import type { Level } from '../programme/index.ts';
import { type ProvenStanding, standingOf, standingOfPass } from '../standing/index.ts';
import { type Decision, decideClinic, decideRide, decideSite } from './index.ts';

const LEVELS: readonly Level[] = ['general', 'associate_chief', 'chief', 'renowned_expert'];
const lines = fc.constantFrom(...programme.lines.keys(), 'nowhere');
const sites = fc.constantFrom(...programme.sites.keys(), 'nowhere');
const hospitals = fc.constantFrom(...programme.hospitals.keys(), 'nowhere');

/** A question, on whatever standing it is asked. */
const questions: fc.Arbitrary<(standing: ProvenStanding, on: CivilDate) => Decision> = fc.oneof(
  lines.map((line) => (standing: ProvenStanding, on: CivilDate) => {
    return decideRide({ standing, line, shownBy: 'code' }, programme, on);
  }),
  fc.tuple(sites, fc.nat(2)).map(([site, entriesToday]) => {
    return (standing: ProvenStanding, on: CivilDate) =>
      decideSite({ standing, site, entriesToday, shownBy: 'code' }, programme, on);
  }),
  fc
    .tuple(hospitals, fc.constantFrom(...LEVELS), fc.nat(9000), fc.nat(100))
    .map(([hospital, level, feeFen, percent]) => {
      const insuredFen = Math.floor((feeFen * percent) / 100);
      const facts = { hospital, level, feeFen, insuredFen, shownBy: 'code' } as const;
      return (standing: ProvenStanding, on: CivilDate) =>
        decideClinic({ ...facts, standing }, programme, on);
    }),
);

test('a gate that knows the pass decides as the server that knows the donations', () => {
  fc.assert(
    fc.property(
      anyHistory({ from: '2024-06-01', through: '2027-06-01' }),
      dayFrom('2025-02-01', '2027-12-31'),
      questions,
      fc.nat(6),
      (history, on, question, daysLeft) => {
        const standing = standingOf(history, programme, on);
        const state = cardStateOn(standing, on);
        fc.pre(state === 'annual' || state === 'honour');
        const end = standing.card?.validThrough ?? civil('9999-12-31');
        const reach = addDays(on, daysLeft);
        const pass = { honour: state === 'honour', lastDay: reach < end ? reach : end };
        const { code, rule, version, waivedFen, toPayFen, granted } = question(standing, on);
        expect(question(standingOfPass(pass, on), on)).toMatchObject({
          code,
          rule,
          version,
          waivedFen,
          toPayFen,
          granted,
        });
      },
    ),
    { numRuns: 2000 },
  );
});

test('the day after the pass’s last, an annual card has ended and an honour card has not', () => {
  const lastDay = civil('2026-11-25');
  const on = addDays(lastDay, 1);
  const ride = (honour: boolean) => {
    const standing = standingOfPass({ honour, lastDay }, on);
    return decideRide({ standing, line: 'metro-2', shownBy: 'code' }, programme, on).code;
  };
  expect([ride(false), ride(true)]).toEqual(['card_ended', 'granted']);
});

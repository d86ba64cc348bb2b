/** The waiver tables: each cell once, and the honour card never worse. */
import { test } from 'vitest';
import { expectProblem, type Mutation } from '../../test/mutation.ts';

const OLD = 'waivers-2025-02-01.csv';
const WAIVERS = 'waivers-2026-06-09.csv';

const waivers: Mutation[] = [
  [
    'a missing cell',
    WAIVERS,
    'H09,annual,chief',
    '# H09,annual,chief',
    '# ',
    'the cell H09/annual/chief is missing',
  ],
  [
    'a double cell',
    WAIVERS,
    'H09,annual,chief',
    'H09,annual,general',
    'H09,annual,general,share',
    'the cell H09/annual/general stands on line 68 already',
  ],
  [
    'an unknown hospital',
    WAIVERS,
    'H09,annual,chief',
    'H90,annual,chief',
    'H90',
    'the hospital H90 is not in hospitals.json',
  ],
  [
    'a hospital without a row',
    'hospitals.json',
    '"id": "H54"',
    '"id": "H55"',
    [WAIVERS, '# '],
    'the cell H55/annual/general is missing',
  ],
  [
    'honour without what annual has',
    WAIVERS,
    'H01,honour,general,full',
    'H01,honour,general,none',
    'H01,honour,general',
    'H01/general: the honour card is worse',
  ],
  [
    'honour below a cap',
    WAIVERS,
    'H01,honour,chief,share,,8000,4000',
    'H01,honour,chief,share,,8000,1499',
    'H01,honour,chief',
    'worse than the annual card',
  ],
  [
    'honour with a smaller share',
    WAIVERS,
    'H01,honour,chief,share,,8000,4000',
    'H01,honour,chief,share,,4000,4000',
    'H01,honour,chief',
    'worse than the annual card',
  ],
  [
    'honour worse in small sums only',
    WAIVERS,
    'H05,honour,renowned_expert,full,,,5000',
    'H05,honour,renowned_expert,share,,9000,5000',
    'H05,honour,renowned',
    '900 against 999 fen of 999',
  ],
  [
    'honour worse in large sums only',
    WAIVERS,
    'H02,honour,associate_chief,full,,,,',
    'H02,honour,associate_chief,full,,,900000,',
    'H02,honour,associate',
    'worse than the annual card',
  ],
  [
    'the table of 2025 too',
    OLD,
    '*,honour,general,full',
    '*,honour,general,none',
    '*,honour,general',
    'H54/general: the honour card is worse',
  ],
];

test.each([...waivers])('%s', (...mutation) => {
  expectProblem(mutation);
});

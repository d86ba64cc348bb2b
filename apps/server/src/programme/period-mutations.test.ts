/** Values in time: periods, versions, tiers, counts and the zone. */
import { test } from 'vitest';
import { expectProblem, type Mutation } from '../../test/mutation.ts';

const PARAMETERS = 'parameters.json';
const FIRST = '"from": "1980-01-01", "through": null, "value": 200';
const BUS = '"from": "2025-02-01", "through": null, "value": 200';

const periods: Mutation[] = [
  ['an overlap', PARAMETERS, '"2010-01-01"', '"2009-12-31"', '"from": "2009-12-31"', 'overlap'],
  [
    'a missing day',
    PARAMETERS,
    '"2010-01-01"',
    '"2010-01-02"',
    '"2010-01-02"',
    'no value from 2010-01-01 through 2010-01-01',
  ],
  [
    'an open period followed',
    PARAMETERS,
    '"2009-12-31"',
    'null',
    '"2010-01-01"',
    'award.treatment_unit: the periods',
  ],
  [
    'late for old donations',
    PARAMETERS,
    FIRST,
    FIRST.replace('1980', '1981'),
    '1981-01-01',
    'no value from 1980-01-01 through 1980-12-31',
  ],
  [
    'late for the first version',
    PARAMETERS,
    BUS,
    BUS.replace('02-01', '02-02'),
    '2025-02-02',
    'no value from 2025-02-01 through 2025-02-01',
  ],
  [
    'an end and nothing after',
    PARAMETERS,
    BUS,
    BUS.replace('null', '"2026-12-31"'),
    '2026-12-31',
    'ride.bus_fare_fen: no value after 2026-12-31',
  ],
  [
    'an end before its beginning',
    PARAMETERS,
    '"2009-12-31"',
    '"1979-12-31"',
    '"from": "1980-01-01",\n      "through": "1979',
    'ends before it begins',
  ],
  [
    'a waiver table that ends',
    'programme.json',
    '"2026-06-08"',
    '"2026-06-07"',
    '"from": "2026-06-09",\n      "through": null',
    'waivers: no value from 2026-06-08',
  ],
  [
    'a line that starts late',
    'lines.json',
    '"2025-02-01"',
    '"2025-03-01"',
    '2025-03-01',
    'metro-1: no value from',
  ],
  [
    'a site twice a day',
    'sites.json',
    '"clause": "site.nine"\n      }',
    '"clause": "site.nine"\n      }, {"from": "2030-01-01", "through": null, "value": ["honour"], "clause": "site.nine"}',
    '2030-01-01',
    'jinci-museum: the periods',
  ],
  [
    'versions out of order',
    'programme.json',
    '"id": "2026-06-09", "from": "2026-06-09"',
    '"id": "2026-06-09", "from": "2025-02-01"',
    '"id": "2026-06-09"',
    'oldest first',
  ],
];

const parameters: Mutation[] = [
  [
    'a gap of tiers',
    PARAMETERS,
    '"belowCounts": 20',
    '"belowCounts": 19',
    '"belowCounts": 19',
    'tier second ends where bronze starts, at 20, but belowCounts is 19',
  ],
  [
    'tiers that overlap',
    PARAMETERS,
    '"belowCounts": 20',
    '"belowCounts": 21',
    '"belowCounts": 21',
    'a gap or an overlap',
  ],
  [
    'a highest tier that ends',
    PARAMETERS,
    '"belowCounts": null',
    '"belowCounts": 90',
    '"belowCounts": 90',
    'tier gold has no end',
  ],
  [
    'tiers not from 0',
    PARAMETERS,
    '"fromCounts": 0',
    '"fromCounts": 1',
    '"fromCounts": 1,',
    'starts at 1, not at 0',
  ],
  [
    'tiers that fall',
    PARAMETERS,
    '"fromCounts": 20',
    '"fromCounts": 10',
    '"fromCounts": 10,\n          "belowCounts": 30',
    'tier bronze starts no later than tier second',
  ],
  [
    'a tier twice',
    PARAMETERS,
    '"id": "second"',
    '"id": "first"',
    '"value": [\n',
    'the tiers are first, first, bronze',
  ],
  [
    'counts that are not exact',
    PARAMETERS,
    FIRST,
    FIRST.replace('200', '300'),
    '"value": 300',
    '1000 is not divisible by 300',
  ],
];

const zone: Mutation[] = [
  [
    'another offset',
    'programme.json',
    '+08:00',
    '+09:00',
    '"zone"',
    'has the offset +08:00 on 2025-02-01',
  ],
  [
    'no such zone',
    'programme.json',
    'Asia/Shanghai',
    'Asia/Taiyuan',
    '"zone"',
    'there is no zone Asia/Taiyuan',
  ],
  [
    'summer time',
    'programme.json',
    '"Asia/Shanghai", "offset": "+08:00"',
    '"Europe/Berlin", "offset": "+01:00"',
    '"zone"',
    'changes its offset on 2025-03-30',
  ],
];

test.each([...periods, ...parameters, ...zone])('%s', (...mutation) => {
  expectProblem(mutation);
});

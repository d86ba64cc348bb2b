/** A gate's life at random: whatever goes wrong, the server has what opened, once each, and no more. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Card } from '../test/city.ts';
import { city, standAt } from '../test/stand.ts';

const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('scan' as const), card: fc.nat(5) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('again' as const) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('sync' as const), loses: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('restart' as const),
      survives: fc.constantFrom(0, 0.6, 1),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('fault' as const),
      after: fc.nat(6),
      code: fc.constantFrom('EIO', 'ENOSPC'),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('wait' as const), seconds: fc.nat(900) }) },
);

test('scans, lost answers, faults of the disk, power cuts, restarts: exactly what opened', async () => {
  const cards: Card[] = [];
  for (let at = 0; at < 6; at += 1) cards.push(await city.makeCard());
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      const stand = await standAt('2026-11-25T12:00:00+08:00');
      const opened: string[] = [];
      let last = '';
      const scan = async (code: string): Promise<void> => {
        last = code;
        const answer = await stand.gate.scan(code);
        if (answer.open) opened.push(code);
        if (answer.open) expect(answer.mark).not.toBeNull();
      };
      for (const one of steps) {
        if (one.kind === 'scan') await scan(await stand.show(cards[one.card] as Card));
        else if (one.kind === 'again') await scan(last);
        else if (one.kind === 'wait') stand.clock.pass(one.seconds);
        else if (one.kind === 'restart') await stand.restart(one.survives);
        else if (one.kind === 'sync') {
          stand.server.losesAnswers = one.loses;
          await stand.gate.syncOnce();
          stand.server.losesAnswers = false;
        } else {
          // One operation fails, some time later.
          const at = stand.disk.asked + one.after;
          stand.disk.failWhen((_, number) => (number === at ? one.code : undefined));
        }
      }
      stand.disk.failWhen(() => undefined);
      await stand.restart();
      for (let turn = 0; turn < 20; turn += 1) {
        stand.clock.pass(61);
        if ((await stand.gate.syncOnce()).waiting === 0) break;
      }
      const atServer = stand.records().filter((record) => record.opened === true);
      expect(atServer.map(({ code }) => code).sort()).toEqual([...opened].sort());
      expect(new Set(opened).size).toBe(opened.length);
      const boots = stand.records().filter(({ kind }) => kind === 'boot');
      const epochs = [...stand.server.records.keys()].filter((name) => name.endsWith('/0'));
      expect(epochs).toHaveLength(boots.length);
      expect(stand.gate.status().cuts).toEqual([]);
    }),
    { numRuns: 150 },
  );
});

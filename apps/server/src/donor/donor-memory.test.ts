/** What is remembered of donors is right, or forgotten; it is never another's. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DonorMemory } from './donor-memory.ts';
import type { Person } from './store.ts';

const personOf = (at: number, name = `测试${at}`): Person => ({
  name,
  bornOn: '1985-01-01',
  phone: null,
  documentType: 'passport',
  documentNumber: `E${at}`,
});

test('a donor is found by document, name and day of birth together, and by no two of them', () => {
  const memory = new DonorMemory(10);
  const person = personOf(1);
  memory.keep(person, 'donor');
  expect(memory.find({ ...person, phone: '13800000000' })).toBe('donor');
  expect(memory.find({ ...person, name: '测试2' })).toBeUndefined();
  expect(memory.find({ ...person, bornOn: '1985-01-02' })).toBeUndefined();
  expect(memory.find({ ...person, documentType: 'taiwan_permit' })).toBeUndefined();
  expect(memory.find({ ...person, documentNumber: 'E10' })).toBeUndefined();
});

test('a name of any length is remembered right or not at all', () => {
  const memory = new DonorMemory(10);
  const names = fc.string({ unit: 'binary', minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(names, names, (name, other) => {
      memory.keep(personOf(1, name), name);
      expect([undefined, name]).toContain(memory.find(personOf(1, name)));
      if (other !== name) expect(memory.find(personOf(1, other))).not.toBe(name);
    }),
  );
  expect(memory.find(personOf(1, '献'.repeat(60)))).toBeUndefined();
});

test('of as many as it is for, nearly all are remembered; of more, the rest is forgotten', () => {
  const memory = new DonorMemory(1000);
  const found = (count: number): number => {
    for (let at = 0; at < count; at += 1) memory.keep(personOf(at), `donor ${at}`);
    const ids = Array.from({ length: count }, (_, at) => memory.find(personOf(at)));
    expect(ids.filter((id, at) => id !== undefined && id !== `donor ${at}`)).toEqual([]);
    return ids.filter((id) => id !== undefined).length;
  };
  expect(found(1000)).toBeGreaterThan(990);
  const kept = found(100_000);
  expect(kept).toBeGreaterThan(1900);
  expect(kept).toBeLessThan(5000);
});

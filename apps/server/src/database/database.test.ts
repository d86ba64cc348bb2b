/** The home's lock, the encryption of personal fields, and the schema's own descriptions. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { openTestCore } from '../../test/test-core.ts';
import { readConfig } from '../config.ts';
import { createFieldCipher } from './field-cipher.ts';
import type { FieldKeys } from './field-keys.ts';
import { HomeInUse, takeLock } from './lock.ts';
import { openDatabase } from './open.ts';
import { NoDatabase } from './server.ts';

test('one lock a home; released, it can be taken again', () => {
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'liyu-')), 'lock');
  const lock = takeLock(file);
  expect(() => takeLock(file)).toThrow(HomeInUse);
  lock.release();
  takeLock(file).release();
});

test('a database that is not there is named, without its password', async () => {
  const home = mkdtempSync(path.join(tmpdir(), 'liyu-'));
  const url = 'postgresql://someone:hidden@127.0.0.1:1/liyu';
  const opening = openDatabase(readConfig({ LIYU_HOME: home, DATABASE_URL: url }));
  const refused = new NoDatabase('DATABASE_URL: 127.0.0.1:1/liyu lets nobody in (ECONNREFUSED)');
  await expect(opening).rejects.toThrow(refused);
});

describe('personal fields', () => {
  const random = { bytes: (length: number) => randomBytes(length) };
  const keys: FieldKeys = {
    encryption: [{ version: 1, key: 'a1'.repeat(32) }],
    blindIndex: 'b2'.repeat(32),
  };
  const cipherOf = (fixed: FieldKeys) =>
    createFieldCipher({ current: () => fixed, refresh: () => fixed }, random);
  const cipher = cipherOf(keys);
  const place = { table: 'donor', column: 'name', row: 'd1' } as const;

  test('open to what was sealed, and never twice to the same bytes', () => {
    const sealed = cipher.seal('张三', place);
    expect(cipher.open(sealed, place)).toBe('张三');
    expect(Buffer.from(cipher.seal('张三', place))).not.toEqual(Buffer.from(sealed));
  });

  test.each([
    [{ table: 'identity_document', column: 'document_number', row: 'd1' }],
    [{ ...place, column: 'phone' }],
    [{ ...place, row: 'd2' }],
  ] as const)('do not open at %j', (other) => {
    expect(() => cipher.open(cipher.seal('张三', place), other)).toThrow();
  });

  test('do not open when a single bit is flipped', () => {
    const sealed = Buffer.from(cipher.seal('张三', place));
    for (let bit = 0; bit < sealed.length * 8; bit += 1) {
      const flipped = Buffer.from(sealed);
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(() => cipher.open(flipped, place)).toThrow();
    }
  });

  test('a blind index tells domains apart and needs the key', () => {
    const other = cipherOf({ ...keys, blindIndex: 'c3'.repeat(32) });
    const index = (one: typeof cipher, domain: string) =>
      Buffer.from(one.blindIndex(domain, 'x')).toString('hex');
    expect(index(cipher, 'a')).toBe(index(cipher, 'a'));
    expect(new Set([index(cipher, 'a'), index(cipher, 'b'), index(other, 'a')]).size).toBe(3);
  });
});

test('every column of the migrated database has a comment', async () => {
  const city = await openTestCore();
  const { rows } = await sql<{ column: string }>`
    select c.relname || '.' || a.attname as column
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
    where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace
      and c.relname not like 'kysely%' and col_description(c.oid, a.attnum) is null
  `.execute(city.core.database);
  await city.close();
  expect(rows).toEqual([]);
});

/** What every disk of a gate promises, as tests: the real one, the one in memory, a simulated one. */
import { describe, expect, test } from 'vitest';
import type { Disk } from '../src/disk.ts';

const bytes = (...values: number[]) => Uint8Array.from(values);

/** Holds a disk to the contract; `open` answers an empty one. */
export function holdDiskToContract(name: string, open: () => Disk | Promise<Disk>): void {
  describe(name, () => {
    test('appends, reads back whole and in part, and lists by prefix', async () => {
      const disk = await open();
      await disk.append('spool/b', bytes(1, 2));
      await disk.append('spool/b', bytes(3));
      await disk.append('spool/a', bytes(9));
      await disk.append('other', bytes(7));
      await disk.sync('spool/b');
      expect(await disk.read('spool/b')).toEqual(bytes(1, 2, 3));
      expect(await disk.readPart('spool/b', 1, 1)).toEqual(bytes(2));
      expect(await disk.readPart('spool/b', 2, 9)).toEqual(bytes(3));
      expect(await disk.list('spool/')).toEqual(['spool/a', 'spool/b']);
      expect(await disk.list('spool/b')).toEqual(['spool/b']);
    });

    test('has nothing where nothing was written', async () => {
      const disk = await open();
      expect(await disk.read('none')).toBeUndefined();
      expect(await disk.list('none/')).toEqual([]);
      await disk.remove('none');
      await expect(disk.readPart('none', 0, 1)).rejects.toMatchObject({ code: 'ENOENT' });
    });

    test('cuts an end off and goes on from there', async () => {
      const disk = await open();
      await disk.append('one', bytes(1, 2, 3));
      await disk.truncate('one', 1);
      await disk.append('one', bytes(4));
      await disk.sync('one');
      expect(await disk.read('one')).toEqual(bytes(1, 4));
    });

    test('replaces a file, one that is being appended to as well, and takes it away', async () => {
      const disk = await open();
      await disk.append('lists/one', bytes(1, 2, 3));
      await disk.replace('lists/one', bytes(8));
      expect(await disk.read('lists/one')).toEqual(bytes(8));
      await disk.append('lists/one', bytes(9));
      expect(await disk.read('lists/one')).toEqual(bytes(8, 9));
      await disk.remove('lists/one');
      expect(await disk.list('lists/')).toEqual([]);
    });
  });
}

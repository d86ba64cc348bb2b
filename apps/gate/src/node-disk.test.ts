import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { holdDiskToContract } from '../test/disk-contract.ts';
import { createMemoryDisk } from '../test/memory-disk.ts';
import { type NodeDisk, openNodeDisk } from './node-disk.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'liyu-gate-'));
const disks: NodeDisk[] = [];
function open(): NodeDisk {
  const disk = openNodeDisk(path.join(folder, String(disks.length)));
  disks.push(disk);
  return disk;
}
afterAll(async () => {
  for (const disk of disks) await disk.close();
  rmSync(folder, { recursive: true });
});

holdDiskToContract('the disk of the machine', open);
holdDiskToContract('the disk in memory', createMemoryDisk);

test('a fault of the machine’s disk has its code', async () => {
  const blocked = path.join(folder, 'blocked');
  writeFileSync(blocked, 'a file, no folder');
  const fault = openNodeDisk(blocked).append('spool/one', Uint8Array.of(1));
  await expect(fault).rejects.toMatchObject({ name: 'DiskFault' });
});

test('many files at once: those that were closed meanwhile are opened again', async () => {
  const disk = open();
  for (let at = 0; at < 20; at += 1) await disk.append(`spool/${at}`, Uint8Array.of(at));
  for (let at = 0; at < 20; at += 1) {
    await disk.append(`spool/${at}`, Uint8Array.of(at));
    await disk.sync(`spool/${at}`);
    expect(await disk.read(`spool/${at}`)).toEqual(Uint8Array.of(at, at));
  }
});

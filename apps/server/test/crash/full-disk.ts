/**
 * A gate whose disk fills up: it opens nothing any more and says "staffed lane"; with room again it
 * opens again. The disk is a small one of memory where one can be mounted (ENOSPC); else no file may
 * grow any more (EFBIG).
 */
import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { askJson } from '../../../gate/src/demo/phones.ts';
import { type AgentProcess, startAgentProcess } from '../../../gate/test/agent-process.ts';
import {
  type AddedGate,
  type GateCity,
  openGateCity,
  openingsOf,
  seconds,
} from '../../../gate/test/gate-city.ts';
import { openWire, type Wire } from '../../../gate/test/wire.ts';

const run = promisify(execFile);
const SMALL = 'size=1m';
const LARGE = 'size=8m';
const WIRES = 8;
const MOST_CODES = 20_000;
/** Long, so that the disk is full soon. */
const NONE = `LY1:${'X'.repeat(410)}`;

/** What became of it. */
export interface DiskReport {
  /** The system's code for it. */
  readonly fault: string;
  /** Codes that were recorded before the disk was full. */
  readonly answered: number;
  readonly breaches: readonly string[];
}

interface Said {
  readonly open: boolean;
  readonly code: string;
  readonly staffedLane: boolean;
}

/** A disk that fills up, and gets room again. */
interface Disk {
  /** Fills it; answers how many codes that took. */
  fill(agent: AgentProcess): Promise<number>;
  makeRoom(agent: AgentProcess): Promise<void>;
}

/** A small disk of memory: it is full when enough was written down. */
const memoryDisk = (home: string): Disk => ({
  fill: fillSpool,
  makeRoom: async () => void (await mount(home, `remount,${LARGE}`)),
});

/** From now on no file of the process may grow, and later on they may again. */
const limitedDisk: Disk = {
  async fill({ child }) {
    await run('prlimit', ['--pid', String(child.pid), '--fsize=1:unlimited']);
    return 0;
  },
  async makeRoom({ child }) {
    await run('prlimit', ['--pid', String(child.pid), '--fsize=unlimited:unlimited']);
  },
};

/** Fills a gate's disk: the small one of memory if it may be mounted, else by the limit. */
export async function fillDisk(say: (line: string) => void, mayMount = true): Promise<DiskReport> {
  const city = await openGateCity();
  const gate = await city.add('full', { mostCodesPerSecond: 1000 });
  const home = path.join(gate.folder, 'home');
  mkdirSync(home);
  const isMounted = mayMount && (await mount(home, SMALL));
  try {
    return await tryDisk(city, gate, isMounted ? memoryDisk(home) : limitedDisk, say);
  } finally {
    if (isMounted) await run('umount', [home]);
    await city.close();
  }
}

async function mount(folder: string, options: string): Promise<boolean> {
  return run('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder]).then(
    () => true,
    () => false,
  );
}

async function tryDisk(
  city: GateCity,
  gate: AddedGate,
  disk: Disk,
  say: (line: string) => void,
): Promise<DiskReport> {
  const { id, secret, config } = gate;
  const asked = ['enrol', '--server', city.server.address, '--gate', id, '--secret', secret];
  const enrolled = await city.run(gate, ...asked);
  if (enrolled.exit !== 0) throw new Error(enrolled.stderr);
  const agent = await startAgentProcess(config);
  try {
    await equipped(agent);
    const phone = await city.phone(0);
    // From here on the server takes nothing away, so that nothing makes room.
    await city.server.kill();
    const answered = await disk.fill(agent);
    say(`full after ${answered} codes`);
    const breaches: string[] = [];
    const good = await present(agent, await phone.draw(seconds()));
    if (good.open || good.code !== 'cannot_record' || !good.staffedLane) {
      breaches.push(`a full disk, and a good code was answered ${good.code}`);
    }
    const fault = (await faultOf(agent)) ?? 'none';
    if (openingsOf(gate).length > 0) breaches.push('the arms opened without a record');
    await disk.makeRoom(agent);
    const again = await present(agent, await phone.draw(seconds()));
    if (!again.open) breaches.push(`with room again, a good code was answered ${again.code}`);
    return { fault, answered, breaches };
  } finally {
    await agent.kill();
  }
}

async function equipped(agent: AgentProcess): Promise<void> {
  for (;;) {
    const { programme, statusLists } = (await askJson(`http://${agent.http}/status`)) as {
      programme: unknown;
      statusLists: { ageSeconds: number | null }[];
    };
    if (programme !== null && statusLists.some(({ ageSeconds }) => ageSeconds !== null)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Shows what is no code until nothing can be recorded; answers how many were. */
async function fillSpool(agent: AgentProcess): Promise<number> {
  let answered = 0;
  let isFull = false;
  const push = async (wire: Wire): Promise<void> => {
    for (; !isFull && answered < MOST_CODES; answered += 1) {
      wire.send(`${NONE}\n`);
      await wire.next();
    }
    wire.close();
  };
  const watch = async (): Promise<void> => {
    while (!isFull && answered < MOST_CODES) {
      isFull = (await faultOf(agent)) !== null;
    }
  };
  const wires = await Promise.all(
    Array.from({ length: WIRES }, () => openWire(agent.channels[0] ?? '')),
  );
  await Promise.all([watch(), ...wires.map(push)]);
  return answered;
}

async function faultOf(agent: AgentProcess): Promise<string | null> {
  const status = await askJson(`http://${agent.http}/status`);
  return (status as { diskFault: string | null }).diskFault;
}

async function present(agent: AgentProcess, code: string): Promise<Said> {
  const wire = await openWire(agent.channels[0] ?? '');
  wire.send(`${code}\n`);
  const said = JSON.parse((await wire.next()) ?? '{}') as Said;
  wire.close();
  return said;
}

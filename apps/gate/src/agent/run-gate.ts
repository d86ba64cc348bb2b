/** A real gate: the core with its disk, its server and its station, and the loops that keep it going. */
import { nodeCrypto, pointFromJwk } from '@liyu/pass/node';
import { type Gate, openGate } from '../gate.ts';
import { openNodeDisk } from '../node-disk.ts';
import { SPOOL_LIMITS } from '../spool/spool.ts';
import { type JoinedStation, joinStation } from '../station/station.ts';
import { type Agent, startAgent } from './agent.ts';
import { type GateConfig, readSecret } from './config.ts';
import { openHttpServer } from './http-server-seam.ts';
import { type Identity, isRevoked, noteRevocation, readIdentity } from './identity.ts';
import { faultText, type Log } from './log.ts';
import { type Loop, startLoop } from './loop.ts';
import { type CoreAnswer, createPresent } from './present.ts';
import type { Surroundings } from './surroundings.ts';
import { openTokens } from './token.ts';

const MEGABYTE = 1_048_576;
/** Between a list's turns that failed without an answer of the core's own. */
const BACK_OFF = { firstMs: 2_000, mostMs: 20_000 };
/** A last try to bring away what waits, when the agent ends; the rest is on the disk. */
const LAST_TURN_WITHIN_MS = 2_000;

/** Starts the agent of an enrolled device. Throws `ConfigError`. */
export async function runGate(config: GateConfig, around: Surroundings): Promise<Agent> {
  const identity = readIdentity(config.home);
  const { clock, log } = around;
  const now = (): string => new Date(clock.wall()).toISOString();
  const revocation = watchRevocation(config.home, log, now);
  const station = await joinOwnStation(config, identity, around);
  const gate = await openCore(config, identity, around, revocation.note, station);
  station?.remember(gate.remembered());
  const loops = startLoops(gate, around);
  const present = createPresent({
    scan: async (text, way) => (revocation.isRevoked() ? outOfService() : gate.scan(text, way)),
    turnstile: around.turnstile,
    pace: around.pace,
    log,
    metrics: around.metrics,
    monotonicMs: () => clock.monotonic(),
    now,
    onAnswered: loops.wake,
  });
  const startedAt = now();
  return startAgent({
    config,
    present,
    turnstile: around.turnstile,
    status: async () => ({
      gate: identity.gateId,
      venue: identity.venue,
      startedAt,
      isRevoked: revocation.isRevoked(),
      staffedLane: revocation.isRevoked() || gate.status().diskFault !== null,
      station: stationStatus(station),
      ...gate.status(),
    }),
    metrics: around.metrics,
    measure: createMeasure(gate, around, station, revocation.isRevoked),
    log,
    standard: around.standard,
    companions: [loops, ...(station === undefined ? [] : [{ stop: () => station.leave() }])],
  });
}

async function openCore(
  config: GateConfig,
  identity: Identity,
  { clock, random }: Surroundings,
  onRevoked: () => void,
  station: JoinedStation | undefined,
): Promise<Gate> {
  const tokens = openTokens({
    identity,
    nowSeconds: () => Math.floor(clock.wall() / 1000),
    monotonicMs: () => clock.monotonic(),
    random,
  });
  let opened: Gate | undefined;
  opened = await openGate({
    config: {
      venue: identity.venue,
      ...(config.place === undefined ? {} : { place: config.place }),
      staffed: config.staffed,
      rootKey: pointFromJwk(identity.rootKey),
      spool: { ...SPOOL_LIMITS, mostBytes: config.spoolMegabytes * MEGABYTE },
    },
    disk: openNodeDisk(config.home),
    clock,
    random,
    server: openHttpServer({ identity, tokens, onRevoked, status: () => opened?.status() }),
    crypto: nodeCrypto,
    ...(station === undefined ? {} : { station }),
  });
  return opened;
}

async function joinOwnStation(
  config: GateConfig,
  identity: Identity,
  { random, clock }: Surroundings,
): Promise<JoinedStation | undefined> {
  const { station } = config;
  if (station === undefined) return undefined;
  return joinStation({
    name: identity.gateId,
    listen: station.listen,
    peers: station.peers,
    secret: readSecret(station.secretFile),
    random,
    nowMs: () => clock.monotonic(),
  });
}

/** A revoked device opens nothing, and remembers so until it is enrolled anew. */
function watchRevocation(home: string, log: Log, now: () => string) {
  let revoked = isRevoked(home);
  const tell = (): void => log.error('this device is revoked: nothing opens until it is enrolled');
  if (revoked) tell();
  return {
    isRevoked: () => revoked,
    note(): void {
      if (revoked) return;
      revoked = true;
      tell();
      noteRevocation(home, now());
    },
  };
}

function outOfService(): CoreAnswer {
  return {
    open: false,
    code: 'cannot_record',
    detail: 'this device is revoked',
    message: { zh: '本闸机已停用。', en: 'This gate is out of service.' },
    wayOn: { zh: '请走人工通道。', en: 'Please use the staffed lane.' },
    skewSeconds: null,
    marks: [],
    staffedLane: true,
    mark: null,
  };
}

function startLoops(gate: Gate, { log, random }: Surroundings) {
  const chance = (): number => (random.bytes(1)[0] ?? 0) / 255;
  const onFault = (cause: unknown): void => log.error({ fault: faultText(cause) }, 'a turn failed');
  const options = { backOff: BACK_OFF, chance, onFault };
  let isReaching = true;
  const lists = startLoop(async () => {
    const { faults, nextDelayMs } = await gate.refreshOnce();
    for (const fault of faults) log.warn({ fault }, 'a list was not brought up to date');
    return { nextMs: nextDelayMs };
  }, options);
  const records: Loop = startLoop(async () => {
    const { fault, failed, acknowledged, waiting, nextDelayMs } = await gate.syncOnce();
    if (fault !== null) log.warn({ fault, waiting }, 'records wait');
    else if (acknowledged > 0) log.debug({ acknowledged, failed, waiting }, 'records were taken');
    isReaching = fault === null && failed === 0;
    return { nextMs: nextDelayMs };
  }, options);
  return {
    wake: () => isReaching && records.wake(),
    async stop() {
      await Promise.all([within(lists.stop()), within(records.stop())]);
      if (isReaching) await within(gate.syncOnce());
    },
  };
}

/** The promise, or nothing when it takes longer than a stopping agent has. */
async function within(promise: Promise<unknown>): Promise<void> {
  const late = Promise.withResolvers<void>();
  const timer = setTimeout(late.resolve, LAST_TURN_WITHIN_MS);
  await Promise.race([promise, late.promise]);
  clearTimeout(timer);
}

function stationStatus(station: JoinedStation | undefined): unknown {
  if (station === undefined) return null;
  const peers = station.peers.map(({ address, isConnected }) => ({ address, isConnected }));
  return { address: station.address, peers };
}

/** The gauges: what an operator wants to be woken by. */
function createMeasure(
  gate: Gate,
  { metrics }: Surroundings,
  station: JoinedStation | undefined,
  isRevokedNow: () => boolean,
): () => Promise<void> {
  const gauge = (name: string, help: string) => metrics.gauge(`liyu_gate_${name}`, help);
  const waiting = gauge('spool_waiting', 'Records that the server has not taken yet');
  const oldest = gauge('spool_oldest_seconds', 'Age of the oldest record that waits');
  const contact = gauge('contact_age_seconds', 'Since the server was reached');
  const lists = gauge('status_list_age_seconds', 'Age of a status list, by its key');
  const trust = gauge('trust_list_age_seconds', 'Age of the trust list');
  const disk = gauge('disk_fault', '1 while nothing can be recorded');
  const revoked = gauge('revoked', '1 when the server has revoked this device');
  const silent = gauge('peers_silent', 'Gates of the station that are not connected');
  return async () => {
    const status = gate.status();
    waiting.set({}, status.spool?.waiting ?? 0);
    oldest.set({}, status.oldestWaitingSeconds ?? 0);
    if (status.contactAgeSeconds !== null) contact.set({}, status.contactAgeSeconds);
    for (const { kid, ageSeconds } of status.statusLists) {
      if (ageSeconds !== null) lists.set({ kid }, ageSeconds);
    }
    if (status.trust !== null) trust.set({}, status.trust.ageSeconds);
    disk.set({}, status.diskFault === null ? 0 : 1);
    revoked.set({}, isRevokedNow() ? 1 : 0);
    silent.set({}, station?.peers.filter(({ isConnected }) => !isConnected).length ?? 0);
  };
}

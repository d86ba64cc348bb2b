/**
 * The phone of the command line, in development only: its keys lie in the home, one a pass, and
 * are kept and used again. A real phone's keys never leave it.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Instant, secondsOf } from '@liyu/domain/kernel';
import { printCode, type Signer, showCode } from '@liyu/pass';
import { type EcJwk, generateKey, pointFromJwk, signerFromJwk } from '@liyu/pass/node';
import type { Core } from '../core.ts';
import type { StoredPass } from './store.ts';
import { bindPasses, findPassPeriods } from './workflow.ts';

interface PhoneFile {
  readonly phoneId: string;
  /** Private keys by the beginning of the pass, seconds. */
  readonly keys: Record<string, EcJwk>;
  /** The last running number shown. */
  seq: number;
}

/** The donor has no card, so that there is nothing to show. */
export class NoCard extends Error {}

/**
 * The codes that the donor's development phone shows from the moment on, `count` of them, 10 s
 * apart. Throws `NoCard`.
 */
export async function showCodes(
  core: Core,
  donorId: string,
  at: Instant,
  count: number,
): Promise<string[]> {
  const periods = await findPassPeriods(core, donorId, 'phone', at);
  if (periods.length === 0) throw new NoCard('the donor has no card');
  const file = fileOf(core, donorId);
  const phone = readPhone(core, file);
  for (const { beginsAt } of periods) phone.keys[beginsAt] ??= generateKey().privateJwk;
  writePhone(file, phone);
  const wanted = periods.map((period) => ({
    period,
    holderKey: pointFromJwk(keyOf(phone, period.beginsAt)),
  }));
  const passes = await bindPasses(core, donorId, phone.phoneId, 'phone', wanted, at);
  const codes: string[] = [];
  for (let at10 = 0; at10 < count; at10 += 1) {
    const iat = secondsOf(at) + at10 * 10;
    phone.seq = (phone.seq + 1) % 0x10000;
    const pass = passAt(passes, iat);
    const signer = signerFromJwk(keyOf(phone, secondsOf(pass.beginsAt as Instant)));
    codes.push(await show(pass, signer, iat, phone.seq));
  }
  writePhone(file, phone);
  return codes;
}

/** The code of the donor's printed card. Throws `NoCard`. */
export async function printCard(core: Core, donorId: string, at: Instant): Promise<string> {
  const [period] = await findPassPeriods(core, donorId, 'printed', at);
  if (period === undefined) throw new NoCard('the donor has no card');
  const wanted = [{ period, holderKey: null }];
  const [pass] = await bindPasses(core, donorId, donorId, 'printed', wanted, at);
  if (pass === undefined) throw new Error('invariant broken: one wanted, one made');
  return printCode(pass.bytes);
}

/** The pass that is good at the moment, else the last before it, else the first. */
function passAt(passes: readonly StoredPass[], iat: number): StoredPass {
  const begun = passes.filter((pass) => secondsOf(pass.beginsAt as Instant) <= iat);
  const pass = begun.at(-1) ?? passes[0];
  if (pass === undefined) throw new Error('invariant broken: a bound phone has a pass');
  return pass;
}

function show(pass: StoredPass, signer: Signer, iat: number, seq: number): Promise<string> {
  return showCode(pass.bytes, signer, { iat, seq });
}

function fileOf(core: Core, donorId: string): string {
  return path.join(core.config.home, 'development-phones', `${donorId}.json`);
}

function readPhone(core: Core, file: string): PhoneFile {
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as PhoneFile;
  return { phoneId: core.newId(), keys: {}, seq: 0 };
}

/** Written aside and renamed: a killed process leaves no half file. */
function writePhone(file: string, phone: PhoneFile): void {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(`${file}.new`, JSON.stringify(phone), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

function keyOf(phone: PhoneFile, beginsAt: number): EcJwk {
  const key = phone.keys[beginsAt];
  if (key === undefined) throw new Error('invariant broken: a pass of the phone has its key');
  return key;
}

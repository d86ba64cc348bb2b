/** The real server and a real browser, for journeys through the page that people see. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { startServer } from '../../server/test/server-process.ts';

export const CHROMIUM = process.env.LIYU_CHROMIUM ?? '/usr/bin/chromium';
export const QUIET = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A server with its sample donors and one browser; `folder` is for pictures and films. */
export interface House {
  readonly address: string;
  readonly browser: Browser;
  readonly folder: string;
  /** What the server answers at a path, with no page between. */
  ask<T>(route: string): Promise<T>;
  close(): Promise<void>;
}

/** Opens a house; `listFlags` adds flags of Chromium that name files of the house's folder. */
export async function openHouse(
  listFlags: (folder: string) => readonly string[] = () => [],
  environment: Readonly<Record<string, string>> = {},
): Promise<House> {
  const folder = mkdtempSync(path.join(tmpdir(), 'liyu-web-'));
  const server = await startServer(path.join(folder, 'home'), environment);
  const args = [...QUIET, ...listFlags(folder)];
  const browser = await chromium.launch({ executablePath: CHROMIUM, args }).catch(async (cause) => {
    await server.stop();
    throw cause;
  });
  return {
    address: server.address,
    browser,
    folder,
    async ask<T>(route: string) {
      const response = await fetch(server.address + route);
      if (!response.ok) throw new Error(`${route} answered ${response.status}`);
      return (await response.json()) as T;
    },
    async close() {
      await browser.close();
      await server.stop();
      rmSync(folder, { recursive: true });
    },
  };
}

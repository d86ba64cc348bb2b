/** Runs a seed and lets all checkers look at it. */
import { checkAll } from './checkers/all.ts';
import type { Breach } from './checkers/evidence.ts';
import { type RevocationTries, revocationTries } from './checkers/revocation.ts';
import { readEvidence } from './evidence.ts';
import { type City, openCity } from './world/city.ts';
import type { FaultCounts } from './world/faults.ts';
import { type CitySize, makeScene, SCENES, type Scene } from './world/scene.ts';
import { runDay } from './world/world.ts';

/** How large a run is. */
export interface RunSize extends CitySize {
  readonly hours: number;
}

/** What came of a seed. */
export interface SeedReport {
  readonly seed: number;
  readonly breaches: readonly Breach[];
  readonly faults: FaultCounts;
  /** SHA-256 over everything that happened. */
  readonly trace: string;
  readonly events: number;
  readonly scans: number;
  readonly uses: number;
  readonly revocation: RevocationTries;
}

/** Runs seeds one after another; the engine and the scenes are kept between them. */
export interface SeedRunner {
  run(seed: number, size: RunSize): Promise<SeedReport>;
  close(): Promise<void>;
}

/** Opens a runner: some seconds. */
export async function openSeedRunner(): Promise<SeedRunner> {
  const city = await openCity();
  const scenes = new Map<string, Scene>();
  return {
    async run(seed, size) {
      const which = sceneOf(seed);
      const key = `${which} ${size.donors} ${size.gates}`;
      const scene = scenes.get(key) ?? (await makeScene(city, which, size));
      scenes.set(key, scene);
      return runSeed(city, scene, seed, size);
    },
    close: () => city.close(),
  };
}

/** Which scene a seed begins with. */
export function sceneOf(seed: number): number {
  return seed % SCENES;
}

async function runSeed(
  city: City,
  scene: Scene,
  seed: number,
  { hours }: RunSize,
): Promise<SeedReport> {
  const outcome = await runDay(city, scene, `seed ${seed}`, hours);
  const evidence = await readEvidence(city, outcome);
  return {
    seed,
    breaches: checkAll(evidence),
    faults: outcome.faults,
    trace: outcome.truth.hash(),
    events: outcome.events,
    scans: evidence.stories.length,
    uses: evidence.uses.length,
    revocation: revocationTries(evidence),
  };
}

/** The programme as gates get it: one text a programme, with the tag by which it is known. */
import { createHash } from 'node:crypto';
import { dayOf } from '@liyu/domain/kernel';
import { findVersion, type Programme, serialiseProgramme } from '@liyu/domain/programme';
import type { Core } from '../core.ts';

interface Served {
  readonly etag: string;
  readonly text: string;
}

const served = new WeakMap<Programme, Map<string, Served>>();

/**
 * What a gate needs of the programme. It holds the dated values of all versions, so that nothing
 * else follows on a day; its name changes with the day's version and with every other content.
 */
export function servedProgramme({ programme, clock }: Core): Served {
  const today = findVersion(programme, dayOf(clock.now(), programme.zone))?.id ?? 'none';
  const known = served.get(programme) ?? new Map<string, Served>();
  served.set(programme, known);
  const before = known.get(today);
  if (before !== undefined) return before;
  const content = serialiseProgramme(programme);
  const hash = createHash('sha256').update(JSON.stringify(content)).digest('hex');
  const version = `${today}-${hash.slice(0, 12)}`;
  const text = JSON.stringify({ version, programme: content, next: null });
  const fresh = { etag: `"${version}"`, text };
  known.set(today, fresh);
  return fresh;
}

/** The shape of a row of `stations.csv` and of a waiver table. */
import type { ClauseId, Waiver } from '@liyu/domain/programme';
import { z } from 'zod';
import { cardKind, clause, flag, id, level, wholeOrEmpty } from './shapes.ts';

/** A station as written. */
export const stationRow = z
  .strictObject({
    id,
    line: id,
    metres: z
      .string()
      .regex(/^\d{1,7}$/, 'metres are a whole number')
      .transform(Number),
    name_zh: z.string().min(1, 'the Chinese text is missing'),
    name_en: z.string().min(1, 'the English text is missing'),
    interchange: z.union([z.literal(''), id]),
    sample: flag,
  })
  .transform((row) => ({
    id: row.id,
    line: row.line,
    metres: row.metres,
    name: { zh: row.name_zh, en: row.name_en },
    interchange: row.interchange === '' ? null : row.interchange,
    sample: row.sample,
  }));

/** A row of a waiver table; the hospital `*` is every hospital. */
export interface WaiverRow {
  readonly hospital: string;
  readonly card: z.output<typeof cardKind>;
  readonly level: z.output<typeof level>;
  readonly waiver: Waiver;
  readonly clause: ClauseId;
}

const writtenWaiver = z.strictObject({
  hospital: z.union([z.literal('*'), id], 'a hospital is named by its id, or * for every one'),
  card: cardKind,
  level,
  waiver: z.enum(['none', 'full', 'amount', 'share']),
  amount_fen: wholeOrEmpty,
  basis_points: wholeOrEmpty,
  cap_fen: wholeOrEmpty,
  clause,
});

/** A waiver as written: the columns that its kind needs are filled, the others empty. */
export const waiverRow = writtenWaiver.transform((row, context): WaiverRow => {
  const waiver = waiverOf(row);
  if (typeof waiver === 'string') {
    context.addIssue({ code: 'custom', message: waiver });
    return z.NEVER;
  }
  return { hospital: row.hospital, card: row.card, level: row.level, waiver, clause: row.clause };
});

/** The waiver of a row, or what is wrong with it. */
function waiverOf(row: z.output<typeof writtenWaiver>): Waiver | string {
  const { waiver: kind, amount_fen: amountFen, basis_points: basisPoints, cap_fen: capFen } = row;
  if ((amountFen !== null) !== (kind === 'amount')) {
    return 'amount_fen is filled for the waiver "amount" and for no other';
  }
  if ((basisPoints !== null) !== (kind === 'share')) {
    return 'basis_points is filled for the waiver "share" and for no other';
  }
  if (kind === 'none') return capFen === null ? { kind } : 'a waiver of nothing has no cap';
  if (kind === 'full') return { kind, capFen };
  if (amountFen !== null) return { kind: 'amount', amountFen, capFen };
  if (basisPoints === null || basisPoints < 1 || basisPoints > 10_000) {
    return 'basis_points lie between 1 and 10000';
  }
  return { kind: 'share', basisPoints, capFen };
}

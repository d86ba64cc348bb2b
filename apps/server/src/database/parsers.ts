/**
 * How values come out of either engine: days stay text, moments become instants, whole numbers
 * become numbers (none of ours leaves the safe range).
 */

/** Parsers by type oid: int8, date, timestamptz. */
export const PARSERS: { readonly [oid: number]: (value: string) => unknown } = {
  20: (value) => {
    const number = Number(value);
    if (!Number.isSafeInteger(number)) throw new Error(`unsafe integer ${value}`);
    return number;
  },
  1082: (value) => value,
  1184: (value) => new Date(value).toISOString(),
};

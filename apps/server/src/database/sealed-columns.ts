/**
 * The one list of encrypted columns. A place that does not stand here cannot be sealed (the types
 * say so), a check holds it against the migrations, and whoever turns the key goes through it.
 */

/** A table with encrypted columns. */
export interface SealedTable {
  /** The primary key, in order. */
  readonly key: readonly string[];
  /** The column of the key that names the row in what a field is bound to. */
  readonly row: string;
  readonly columns: readonly string[];
}

/** The tables by name. */
export const SEALED_COLUMNS = {
  donor: { key: ['donor_id'], row: 'donor_id', columns: ['name', 'born_on', 'phone'] },
  identity_document: {
    key: ['donor_id', 'document_id'],
    row: 'document_id',
    columns: ['document_number'],
  },
  notice: { key: ['notice_id'], row: 'notice_id', columns: ['body'] },
  notice_choice: { key: ['donor_id'], row: 'donor_id', columns: ['email'] },
} as const satisfies Readonly<Record<string, SealedTable>>;

type Tables = typeof SEALED_COLUMNS;

/** A sealed file of the home. It lives a day, so it is not sealed again when the key is turned. */
interface SealedFile {
  readonly table: 'import_event';
  readonly column: 'error_file';
  readonly row: string;
}

/** Where a field stands; it cannot be moved elsewhere and still be read. */
export type FieldPlace =
  | SealedFile
  | {
      [Table in keyof Tables]: {
        readonly table: Table;
        readonly column: Tables[Table]['columns'][number];
        readonly row: string;
      };
    }[keyof Tables];

/** What every workflow is given: the database, the programme, the keys, the clock. */
import type { Programme } from '@liyu/domain/programme';
import type { Kysely } from 'kysely';
import type { Config } from './config.ts';
import type { FieldCipher } from './database/field-cipher.ts';
import type { Schema } from './database/schema.ts';
import type { Clock, Random } from './edge/clock.ts';
import type { DeviceMark } from './edge/device.ts';
import type { LaneKeys } from './lane/keys.ts';
import type { Keyring } from './pass/keyring.ts';

/** The server's core, without HTTP and without a command line. */
export interface Core {
  readonly config: Config;
  readonly database: Kysely<Schema>;
  readonly programme: Programme;
  readonly cipher: FieldCipher;
  readonly keyring: Keyring;
  readonly laneKeys: LaneKeys;
  readonly clock: Clock;
  readonly random: Random;
  /** The binary logarithm of scrypt's N for new passwords: 17 unless a test says less. */
  readonly passwordCost: number;
  /** A new UUIDv7. */
  readonly newId: () => string;
  /** Names the next scan that this server sees itself. */
  readonly nextMark: () => DeviceMark;
}

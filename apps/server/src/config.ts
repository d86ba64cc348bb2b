/** The configuration, read once from the environment and checked; errors name the variable. */
import path from 'node:path';
import { z } from 'zod';

const ENVIRONMENT = z.object({
  PORT: z.coerce.number().int().min(0).max(65_535).default(8080),
  LIYU_HOME: z.string().min(1).default('./var'),
  DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/ })
    .optional()
    .or(z.literal('').transform(() => undefined)),
  LIYU_MODE: z.enum(['production', 'development']).optional(),
  LIYU_SAMPLE: z.enum(['0', '1']).default('1'),
  LIYU_PROGRAMME: z.string().min(1).optional(),
  NODE_ENV: z.string().optional(),
});

/** How this process runs. */
export interface Config {
  readonly port: number;
  readonly host: string;
  readonly home: string;
  readonly databaseUrl: string | undefined;
  readonly mode: 'production' | 'development';
  readonly sample: boolean;
  readonly programmeFolder: string;
}

/** The configuration is wrong; the message names the variable and what is expected. */
export class ConfigError extends Error {}

const ROOT = path.resolve(import.meta.dirname, '../../..');

/** Reads the configuration; throws `ConfigError`. */
export function readConfig(environment: NodeJS.ProcessEnv): Config {
  const parsed = ENVIRONMENT.safeParse(environment);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(
      (issue) => `${issue.path.join('.')}: ${issue.message}`,
    );
    throw new ConfigError(problems.join('\n'));
  }
  const values = parsed.data;
  const mode = values.LIYU_MODE ?? (values.DATABASE_URL ? 'production' : 'development');
  if (values.DATABASE_URL === undefined && mode === 'production') {
    throw new ConfigError(
      'DATABASE_URL: production needs PostgreSQL; the embedded database may lose data in a power cut',
    );
  }
  if (values.DATABASE_URL === undefined && values.NODE_ENV === 'production') {
    throw new ConfigError(
      'NODE_ENV: the embedded database is for development only; set DATABASE_URL',
    );
  }
  return {
    port: values.PORT,
    host: '127.0.0.1',
    home: path.resolve(values.LIYU_HOME),
    databaseUrl: values.DATABASE_URL,
    mode,
    sample: mode === 'development' && values.LIYU_SAMPLE === '1',
    programmeFolder: path.resolve(values.LIYU_PROGRAMME ?? path.join(ROOT, 'programmes/taiyuan')),
  };
}

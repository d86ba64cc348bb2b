/** A donation file on its way in over HTTP: a stream into a file of the home, within limits. */
import { createWriteStream } from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { invalidFields, Problem } from '../edge/problem.ts';
import { FIELDS } from './shapes.ts';

/** The largest file in bytes. */
export const MOST_BYTES = 50 * 1024 * 1024;
const LONGEST_NAME = 200;

/** What has come in. */
export interface Incoming {
  readonly fileName: string;
  readonly size: number;
  readonly fields: z.output<typeof FIELDS>;
}

/** Writes the part `file` of the form to `target` (0600); throws the problem when there is one. */
export async function receiveFile(request: FastifyRequest, target: string): Promise<Incoming> {
  try {
    return await receive(request, target);
  } catch (cause) {
    throw problemOf(cause);
  }
}

async function receive(request: FastifyRequest, target: string): Promise<Incoming> {
  let file: { readonly fileName: string; readonly size: number } | undefined;
  const fields: Record<string, unknown> = {};
  const limits = { fileSize: MOST_BYTES, files: 1, fields: 10, fieldSize: 100, parts: 11 };
  for await (const part of request.parts({ limits, throwFileSizeLimit: false } as object)) {
    if (part.type === 'field') {
      fields[part.fieldname] = part.value;
      continue;
    }
    if (part.fieldname !== 'file') {
      part.file.resume();
      throw wrongFile(
        'unrecognized_keys',
        `/${part.fieldname}`,
        'send it as `file`',
        '请用字段名 file',
      );
    }
    await pipeline(part.file, createWriteStream(target, { mode: 0o600, flags: 'wx' }));
    if (part.file.truncated) throw tooLarge();
    file = { fileName: fileNameOf(part.filename), size: part.file.bytesRead };
  }
  if (file === undefined) throw wrongFile('missing', '/file', 'is missing', '没有文件');
  const parsed = FIELDS.safeParse(fields);
  if (!parsed.success) throw invalidFields(parsed.error);
  return { ...file, fields: parsed.data };
}

/** The parser's own errors have no code: the form is cut short or has no boundary. */
function problemOf(cause: unknown): unknown {
  if (cause instanceof Problem || !(cause instanceof Error)) return cause;
  const { code } = cause as { code?: string };
  if (code === 'FST_FILES_LIMIT') {
    return wrongFile('too_many', '/file', 'send one file', '只能发送一个文件');
  }
  if (code !== undefined) return cause;
  return wrongFile('form_malformed', '', 'the form is not whole', '表单不完整');
}

/** The name as it is kept and shown: no folder, nothing unprintable, no person's number. */
function fileNameOf(sent: string | undefined): string {
  const base = path.posix.basename((sent ?? '').replaceAll('\\', '/')).replace(/\p{C}/gu, '');
  const masked = base.replace(/\d{10,}[\dXx]/g, (number) => `${number.slice(0, 3)}…`);
  return masked.slice(0, LONGEST_NAME) || 'donations';
}

function wrongFile(code: string, pointer: string, en: string, zh: string): Problem {
  const errors = [{ pointer, code, message: { zh, en } }];
  return new Problem(400, 'invalid_request', `${pointer}: ${en}`.replace(/^: /, ''), errors);
}

function tooLarge(): Problem {
  const megabytes = MOST_BYTES / 1024 / 1024;
  const message = {
    zh: `文件超过 ${megabytes} MB；请分成几个文件，或在命令行导入。`,
    en: `the file is larger than ${megabytes} MB; send several, or import it on the command line`,
  };
  return new Problem(413, 'file_too_large', message.en, [
    { pointer: '/file', code: 'file_too_large', message },
  ]);
}

/**
 * Lines out of whatever bytes a reader or a stranger sends: bounded, byte for byte, and never two
 * codes out of one.
 */

/** A code has 420 characters at most; what comes with it may be a few control characters. */
export const LONGEST_LINE = 512;

/** One line without its end; `isWhole` is false for one that was too long and was cut. */
export interface Line {
  readonly text: string;
  readonly isWhole: boolean;
}

/** Splits a stream of bytes. */
export interface LineSplitter {
  /** The lines that end within these bytes; empty ones are left out. */
  push(bytes: Uint8Array): Line[];
  /** Whether a line has begun and not ended. */
  readonly isWithinLine: boolean;
  /** Bytes of the line that has not ended, those that were cut off included. */
  readonly pending: number;
  /** What has begun when the stream ends: half a line. */
  rest(): Line | undefined;
}

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

/** Bytes become characters one by one, so that nothing can be read in two ways. */
function textOf(bytes: readonly Uint8Array[]): string {
  return Buffer.concat(bytes).toString('latin1');
}

/** A splitter. LF, CR and CR LF end a line. */
export function createLineSplitter(longest: number = LONGEST_LINE): LineSplitter {
  let parts: Uint8Array[] = [];
  let kept = 0;
  let seen = 0;

  const keep = (bytes: Uint8Array): void => {
    seen += bytes.length;
    const part = bytes.slice(0, Math.max(0, longest - kept));
    if (part.length === 0) return;
    parts.push(part);
    kept += part.length;
  };
  const finish = (): Line | undefined => {
    const line = seen === 0 ? undefined : { text: textOf(parts), isWhole: seen <= longest };
    parts = [];
    kept = 0;
    seen = 0;
    return line;
  };
  return {
    get isWithinLine() {
      return seen > 0;
    },
    get pending() {
      return seen;
    },
    push(bytes) {
      const lines: Line[] = [];
      let from = 0;
      for (let at = 0; at < bytes.length; at += 1) {
        if (bytes[at] !== LINE_FEED && bytes[at] !== CARRIAGE_RETURN) continue;
        keep(bytes.subarray(from, at));
        from = at + 1;
        const line = finish();
        if (line !== undefined) lines.push(line);
      }
      keep(bytes.subarray(from));
      return lines;
    },
    rest: finish,
  };
}

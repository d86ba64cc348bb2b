/**
 * One part of a workbook as a stream of XML events. It takes well-formed UTF-8 only, knows no
 * entities but XML's own five, and keeps no more of a part than one text.
 */
import { SaxesParser, type SaxesTagNS } from 'saxes';
import { BadFile, badFile } from './bad-file.ts';

/** What is called for the elements of spreadsheets and relations, by their local names. */
export interface XmlListener {
  open(name: string, tag: SaxesTagNS): void;
  close?(name: string): void;
  text?(text: string): void;
}

/** The namespaces whose elements are told: of both forms of the standard (ISO/IEC 29500). */
const NAMESPACES = new Set([
  'http://schemas.openxmlformats.org/spreadsheetml/2006/main',
  'http://purl.oclc.org/ooxml/spreadsheetml/main',
  'http://schemas.openxmlformats.org/package/2006/relationships',
]);
/** Characters without an event: no cell is that long, so it is a text made to fill the memory. */
const LONGEST_SILENCE = 1024 * 1024;

/**
 * Reads the chunks and calls the listener; yields after each chunk how many bytes it had. Throws
 * `BadFile` where the part is no such XML.
 */
export async function* readXml(
  chunks: AsyncIterable<Buffer>,
  listener: XmlListener,
): AsyncGenerator<number> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const told = { silence: 0 };
  const parser = startParser(listener, told);
  for await (const chunk of chunks) {
    told.silence += chunk.length;
    orUnreadable(() => parser.write(decoder.decode(chunk, { stream: true })));
    if (told.silence > LONGEST_SILENCE) throw badFile('workbook_unreadable');
    yield chunk.length;
  }
  orUnreadable(() => parser.write(decoder.decode()).close());
}

function startParser(
  listener: XmlListener,
  told: { silence: number },
): SaxesParser<{ xmlns: true }> {
  const parser = new SaxesParser({ xmlns: true });
  parser.on('doctype', () => {
    throw badFile('entities_declared');
  });
  parser.on('opentag', (tag) => {
    told.silence = 0;
    if (NAMESPACES.has(tag.uri)) listener.open(tag.local, tag);
  });
  parser.on('closetag', (tag) => {
    told.silence = 0;
    if (NAMESPACES.has(tag.uri)) listener.close?.(tag.local);
  });
  const onText = (text: string): void => {
    told.silence = 0;
    listener.text?.(text);
  };
  parser.on('text', onText);
  parser.on('cdata', onText);
  return parser;
}

/** The parser's own words may hold what stands in a cell. */
function orUnreadable(read: () => unknown): void {
  try {
    read();
  } catch (cause) {
    throw cause instanceof BadFile ? cause : badFile('workbook_unreadable');
  }
}

/** The value of an attribute without a prefix. */
export function attributeOf(tag: SaxesTagNS, name: string): string | undefined {
  return tag.attributes[name]?.value;
}

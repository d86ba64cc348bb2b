/** Shapes of donors that several routes share. */
import { z } from 'zod';
import { DOCUMENT_TYPES, type DocumentType } from './document.ts';

const TYPES = Object.keys(DOCUMENT_TYPES) as [DocumentType, ...DocumentType[]];

/** A document that somebody shows; it never stands in an address. */
export const SHOWN_DOCUMENT = z.strictObject({
  number: z.string().min(4).max(40),
  type: z.enum(TYPES).optional().describe('needed only where several people share a number'),
});

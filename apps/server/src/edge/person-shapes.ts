/** Shapes of what people say of themselves: a telephone number, a document, a donation. */
import { z } from 'zod';
import { DOCUMENT_TYPES, type DocumentType } from '../donor/document.ts';

export const PHONE = z.string().regex(/^\+?\d[\d\s-]{5,18}\d$/);
/** Any document's number; whether it is one, and whose, is not the shape's to say. */
export const DOCUMENT = z.string().trim().min(4).max(32);
export const DOCUMENT_TYPE = z.enum(Object.keys(DOCUMENT_TYPES) as [DocumentType]);
/** Twelve digits as they stand on the card, with or without spaces. */
export const CARD_NUMBER = z
  .string()
  .transform((text) => text.replaceAll(/\s/g, ''))
  .pipe(z.string().regex(/^\d{12}$/));
export const KNOWN_DONATION = z
  .strictObject({
    document: DOCUMENT,
    documentType: DOCUMENT_TYPE.optional(),
    donationNumber: z.string().trim().min(1).max(32),
    name: z.string().trim().min(1).max(100),
  })
  .describe('for a donor of whom no telephone number is on record');

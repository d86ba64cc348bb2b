/**
 * Another document or telephone number of a known donor. A document that was right stays a way to
 * find him; one that was recorded by mistake finds nobody any more, so that its owner is not taken
 * for him. Whose document it is already is not changed here: two who are one person are merged.
 */
import type { Kysely } from 'kysely';
import type { RefusalCode, Refused } from '../approval/refusals.ts';
import { leafOfRow } from '../audit/leaf.ts';
import { insertLeaf } from '../audit/workflow.ts';
import type { Core } from '../core.ts';
import type { Schema } from '../database/schema.ts';
import { bornOnOf, type DocumentType, isWellFormed, normaliseNumber } from './document.ts';
import { endDocument, insertChange, insertDocument } from './document-store.ts';
import { findKnownDonors, findPerson, type PersonIds } from './person-store.ts';
import { changePhone, documentHash, findDocuments, findPhone, getPerson } from './store.ts';
import { holdPerson } from './workflow.ts';

/** A document with its type. */
export interface TypedDocument {
  readonly documentType: DocumentType;
  readonly documentNumber: string;
}

/** What is asked for; something of it must be there. */
export interface ChangeRequest {
  readonly document?: TypedDocument | undefined;
  /** The document that was recorded by mistake, instead of which the other is. */
  readonly mistaken?: TypedDocument | undefined;
  readonly phone?: string | undefined;
  readonly reason: string;
}

/** What changed, without a number. */
export interface ChangeReport {
  readonly donorId: string;
  readonly documentAdded: boolean;
  /** The mistaken document finds nobody from then on. */
  readonly documentEnded: boolean;
  readonly phoneChanged: boolean;
  readonly kept: boolean;
}

class TakeBack extends Error {}

/** Changes it all or not at all; a preview is the change, taken back. */
export async function changeDonor(
  core: Core,
  donorId: string,
  request: ChangeRequest,
  { by, preview }: { readonly by: string; readonly preview: boolean },
): Promise<ChangeReport | Refused> {
  let answer: ChangeReport | Refused | undefined;
  try {
    await core.database.transaction().execute(async (transaction) => {
      answer = await changeWithin(core, transaction, donorId, request, by);
      if ('refused' in answer || preview) throw new TakeBack();
    });
  } catch (cause) {
    if (!(cause instanceof TakeBack)) throw cause;
  }
  if (answer === undefined) throw new Error('invariant broken: the change has answered');
  return 'refused' in answer ? answer : { ...answer, kept: !preview };
}

async function changeWithin(
  core: Core,
  transaction: Kysely<Schema>,
  donorId: string,
  { document, mistaken, phone, reason }: ChangeRequest,
  by: string,
): Promise<ChangeReport | Refused> {
  const known = await findKnownDonors(transaction, [donorId]);
  if (known.size === 0) return { refused: 'unknown_donor' };
  const person = await holdPerson(transaction, donorId);
  const documentId = document === undefined ? null : core.newId();
  if (document !== undefined && documentId !== null) {
    const refused = await addDocument(core, transaction, person, donorId, documentId, document);
    if (refused !== undefined) return { refused };
  }
  if (mistaken !== undefined) {
    const hash = hashOf(core, mistaken);
    const owner = [...(await findDocuments(transaction, [hash])).values()][0];
    if (owner === undefined || !person.donorIds.includes(owner.donorId)) {
      return { refused: 'not_their_document' };
    }
    await endDocument(transaction, Buffer.from(hash, 'hex'));
  }
  const { personId } = person;
  const before = await findPhone(transaction, core.cipher, personId);
  const phoneChanged = phone !== undefined && phone !== before;
  if (phoneChanged) await changePhone(transaction, core.cipher, personId, phone);
  const row = {
    donor_id: donorId,
    change_id: core.newId(),
    document_id: documentId,
    document_ended: mistaken !== undefined,
    phone_changed: phoneChanged,
    reason,
    recorded_at: core.clock.now(),
    recorded_by: by,
  };
  await insertChange(transaction, row);
  await insertLeaf(transaction, leafOfRow(core, 'donor_change', row.change_id, row));
  return {
    donorId: personId,
    documentAdded: documentId !== null,
    documentEnded: row.document_ended,
    phoneChanged,
    kept: true,
  };
}

async function addDocument(
  core: Core,
  transaction: Kysely<Schema>,
  person: PersonIds,
  donorId: string,
  documentId: string,
  { documentType, documentNumber: written }: TypedDocument,
): Promise<RefusalCode | undefined> {
  const documentNumber = normaliseNumber(written);
  if (!isWellFormed(documentType, documentNumber)) return 'document_malformed';
  const hash = documentHash(core.cipher, documentType, documentNumber);
  const owner = [...(await findDocuments(transaction, [hash])).values()][0];
  if (owner !== undefined) {
    const { personId } = await findPerson(transaction, owner.donorId);
    return personId === person.personId ? 'known_by_it' : 'belongs_to_another';
  }
  const { name, bornOn } = await getPerson(transaction, core.cipher, donorId);
  if ((bornOnOf(documentNumber) ?? bornOn) !== bornOn) return 'born_on_differs';
  const row = { name, bornOn, phone: null, documentType, documentNumber };
  const now = core.clock.now();
  const free = await insertDocument(transaction, core.cipher, donorId, documentId, row, now);
  return free ? undefined : 'belongs_to_another';
}

function hashOf(core: Core, { documentType, documentNumber }: TypedDocument): string {
  return documentHash(core.cipher, documentType, normaliseNumber(documentNumber));
}

/** The refusals of acts on records: each code with its texts and its HTTP status, in one table. */
import type { Text } from '@liyu/domain/kernel';
import { Problem } from '../edge/problem.ts';

const REFUSALS = {
  unknown_donation: {
    status: 404,
    zh: '没有这个献血码的记录。',
    en: 'There is no donation of this number.',
  },
  nothing_to_restore: {
    status: 409,
    zh: '这条记录没有需要恢复的更正。',
    en: 'No correction of this donation stands.',
  },
  unknown_donor: {
    status: 404,
    zh: '没有这位献血者。',
    en: 'There is no such donor.',
  },
  same_donor: {
    status: 409,
    zh: '两者已是同一条记录或同一人。',
    en: 'Both are one record or person already.',
  },
  merged_already: {
    status: 409,
    zh: '两条记录已经合并为同一人。',
    en: 'They are one person already.',
  },
  merged_elsewhere: {
    status: 409,
    zh: '这条记录已并入他人；请改用现存的记录，或先撤销那次合并。',
    en: 'This record is merged into another: name that one, or undo the merge first.',
  },
  unknown_merge: {
    status: 404,
    zh: '没有这次合并。',
    en: 'There is no such merge.',
  },
  undone_already: {
    status: 409,
    zh: '这次合并已经撤销。',
    en: 'This merge has been undone.',
  },
  unknown_import: {
    status: 404,
    zh: '没有这次导入，或其中没有任何记录被保存。',
    en: 'There is no import of this id, or nothing of it was kept.',
  },
  reverted_already: {
    status: 409,
    zh: '这次导入已经撤回。',
    en: 'The import was taken back before.',
  },
  document_malformed: {
    status: 400,
    zh: '证件号码不符合该类证件的规则。',
    en: 'The number is not well-formed for this type of document.',
  },
  born_on_differs: {
    status: 409,
    zh: '证件号码中的出生日期与登记的不同。',
    en: 'The number holds another day of birth than the one on record.',
  },
  known_by_it: {
    status: 409,
    zh: '这位献血者已登记此证件。',
    en: 'The donor is known by this document already.',
  },
  belongs_to_another: {
    status: 409,
    zh: '此证件登记在另一位献血者名下；如为同一人，请合并两条记录。',
    en: 'Another donor is known by this document; if they are one person, merge them.',
  },
  not_their_document: {
    status: 409,
    zh: '这位献血者没有登记该证件。',
    en: 'The donor is not known by that document.',
  },
  frozen_already: {
    status: 409,
    zh: '已处于这种状态。',
    en: 'It is so already.',
  },
  not_frozen: {
    status: 409,
    zh: '没有被挂失或吊销。',
    en: 'It is neither suspended nor revoked.',
  },
  unknown_pass: {
    status: 404,
    zh: '这位献血者没有这个通行证。',
    en: 'The donor has no such pass.',
  },
  pass_ended: {
    status: 409,
    zh: '这个通行证已经到期。',
    en: 'The pass has ended.',
  },
  pass_replaced: {
    status: 409,
    zh: '这个通行证已被新的取代，不能恢复。',
    en: 'Another pass has taken its place: it does not come back.',
  },
  own_revocation: {
    status: 403,
    zh: '决定吊销的人不能决定恢复，须由另一人决定。',
    en: 'Who revoked the card may not decide on giving it back: another person must.',
  },
  unknown_approval: {
    status: 404,
    zh: '没有这项待批准事项。',
    en: 'Nothing of this id waits for approval.',
  },
  same_person: {
    status: 403,
    zh: '提出的人不能自己批准，须由另一人决定。',
    en: 'Who asked may not decide: another person must.',
  },
  decided_already: {
    status: 409,
    zh: '这项申请已经有决定。',
    en: 'It has been decided already.',
  },
  approval_ended: {
    status: 409,
    zh: '这项申请已过期，请重新提出。',
    en: 'It waited too long; ask again.',
  },
  changed_meanwhile: {
    status: 409,
    zh: '影响与批准时看到的不同，没有执行，已重新提出申请。',
    en: 'The effect is another than the one shown; nothing was done, and it is asked anew.',
  },
} as const satisfies Record<string, { status: number } & Text>;
export type RefusalCode = keyof typeof REFUSALS;

/** An expected no. */
export interface Refused {
  readonly refused: RefusalCode;
}

/** The text of the refusal in both languages. */
export function refusalText(code: RefusalCode): Text {
  const { zh, en } = REFUSALS[code];
  return { zh, en };
}

/** The refusal as an HTTP answer; the pointer names what was sent and is not taken. */
export function refusalProblem(code: RefusalCode, pointer = ''): Problem {
  const { status, zh, en } = REFUSALS[code];
  return new Problem(status, code, en, [{ pointer, code, message: { zh, en } }]);
}

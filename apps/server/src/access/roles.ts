/**
 * Who may do what: the one table, which is also the documentation (`liyu list roles` prints it).
 * What an operation reaches is `city` (everything), `partner` (what belongs to the caller's
 * partner) or `self` (the caller's own person). No entry: not allowed. The home's owner may all.
 */
import type { Text } from '@liyu/domain/kernel';

/**
 * The roles; `device` and `blood_bank` are machines, `lost_device` is a gate's device that was
 * revoked, `donor` a donor on his own phone.
 */
export const ROLES = [
  'operator',
  'approver',
  'finance',
  'auditor',
  'partner_lead',
  'clerk',
  'device',
  'lost_device',
  'blood_bank',
  'donor',
] as const;
export type Role = (typeof ROLES)[number];

/** The roles of people with a login. */
export const STAFF_ROLES = [
  'operator',
  'approver',
  'finance',
  'auditor',
  'partner_lead',
  'clerk',
] as const satisfies readonly Role[];
export type StaffRole = (typeof STAFF_ROLES)[number];

/** How far an operation reaches for a role. */
export type Reach = 'city' | 'partner' | 'self';

/** One operation: what it is, who may, and whether the caller must have signed in just now. */
export interface Rule {
  readonly text: Text;
  readonly may: Readonly<Partial<Record<Role, Reach>>>;
  /** Only within some minutes after the password or second factor was shown again. */
  readonly stepUp?: true;
}

/** The table. A line a role that may; the order is that of `ROLES`. */
export const OPERATIONS = {
  keep_session: {
    text: { zh: '查看、延续和结束自己的登录', en: 'see, renew and end the own session' },
    may: {
      operator: 'city',
      approver: 'city',
      finance: 'city',
      auditor: 'city',
      partner_lead: 'partner',
      clerk: 'partner',
    },
  },
  redeem: {
    text: { zh: '核验并核销出示的码', en: 'redeem a code that is shown' },
    may: { clerk: 'partner', device: 'partner' },
  },
  admit: {
    text: { zh: '人工放行', en: 'let a donor in by hand' },
    may: { clerk: 'partner' },
  },
  manage_gates: {
    text: {
      zh: '登记闸机，发放入网口令，停用闸机',
      en: 'add gates, let devices enrol, revoke them',
    },
    may: { operator: 'city' },
  },
  see_gates: {
    text: { zh: '查看闸机状态和隔离的记录', en: 'see how gates are, and what was kept aside' },
    may: { operator: 'city', auditor: 'city' },
  },
  run_gate: {
    text: { zh: '读取本闸机的实施办法', en: "read the programme for one's own gate" },
    may: { device: 'partner' },
  },
  send_records: {
    text: { zh: '上传本闸机的记录', en: "send the records of one's own gate" },
    may: { device: 'partner', lost_device: 'partner' },
  },
  look_up_at_lane: {
    text: { zh: '在人工通道查看能否放行（姓名打码）', en: 'see at a lane who may pass, masked' },
    may: { clerk: 'partner' },
  },
  find_donor: {
    text: { zh: '按出示的证件查找献血者', en: 'find a donor by the document that is shown' },
    may: { operator: 'city', clerk: 'partner' },
  },
  see_donor: {
    text: { zh: '查看献血者（打码）和资格状况', en: 'see a donor, masked, and the standing' },
    may: { operator: 'city', approver: 'city' },
  },
  reveal_donor: {
    text: { zh: '查看献血者的完整个人信息，须说明理由', en: 'see a donor in clear, for a reason' },
    may: { operator: 'city' },
    stepUp: true,
  },
  see_looks: {
    text: { zh: '查看谁查阅过献血者', en: 'see who looked at a donor' },
    may: { auditor: 'city' },
  },
  see_own_looks: {
    text: { zh: '查看谁查阅过自己', en: 'see who looked at oneself' },
    may: { donor: 'self' },
  },
  import_donations: {
    text: { zh: '导入献血记录文件', en: 'import a file of donations' },
    may: { operator: 'city', blood_bank: 'city' },
  },
  push_donations: {
    text: { zh: '逐条送入献血记录', en: 'push donations one by one' },
    may: { operator: 'city', blood_bank: 'city' },
  },
  revert_import: {
    text: { zh: '整批撤回一次导入', en: 'take an import back' },
    may: { operator: 'city' },
  },
  see_imports: {
    text: { zh: '查看导入', en: 'see what became of imports' },
    may: { operator: 'city', auditor: 'city', blood_bank: 'city' },
  },
  settle: {
    text: { zh: '查看并结清一个月', en: 'see and close the month of a partner' },
    may: { finance: 'city', auditor: 'city', partner_lead: 'partner' },
  },
  see_uses: {
    text: {
      zh: '查看一个月的核销，乘用者以化名表示',
      en: "see a partner's uses of a month, riders under pseudonyms",
    },
    may: { finance: 'city', auditor: 'city', partner_lead: 'partner' },
  },
  correct: {
    text: { zh: '更正献血记录', en: 'correct a donation' },
    may: { operator: 'city' },
  },
  merge: {
    text: { zh: '合并重复的献血者，撤销合并', en: 'merge donors known twice, and undo it' },
    may: { operator: 'city' },
  },
  change_donor: {
    text: { zh: '变更献血者的证件或手机号', en: "change a donor's document or telephone number" },
    may: { operator: 'city' },
    stepUp: true,
  },
  freeze: {
    text: {
      zh: '挂失、吊销和恢复卡或单个码，提出申诉',
      en: 'suspend, revoke and reinstate cards and single passes, and appeal',
    },
    may: { operator: 'city' },
  },
  see_clone_alarms: {
    text: { zh: '查看疑似被复制的码', en: 'see passes that seem to be cloned' },
    may: { operator: 'city', approver: 'city', auditor: 'city' },
  },
  see_approvals: {
    text: { zh: '查看待批准事项', en: 'see what waits for approval' },
    may: { operator: 'city', approver: 'city', auditor: 'city' },
  },
  approve: {
    text: {
      zh: '批准或不批准他人提出的事项',
      en: 'approve or refuse what another person asked for',
    },
    may: { approver: 'city' },
    stepUp: true,
  },
  see_self: {
    text: { zh: '查看自己的资格和卡', en: 'see one’s own standing and card' },
    may: { donor: 'self' },
  },
  choose_notices: {
    text: { zh: '选择自己的通知方式', en: 'choose how to be told' },
    may: { donor: 'self' },
  },
  claim_card: {
    text: { zh: '申领自己的卡', en: 'claim one’s own card' },
    may: { donor: 'self' },
  },
  bind_phone: {
    text: { zh: '把自己的卡绑定到手机', en: 'bind one’s own card to a phone' },
    may: { donor: 'self' },
  },
  claim_at_counter: {
    text: { zh: '在服务点为献血者申领', en: 'claim a card at a counter' },
    may: { operator: 'city', clerk: 'city' },
  },
  print_card: {
    text: { zh: '在服务点打印实体卡', en: 'print a card at a counter' },
    may: { operator: 'city', clerk: 'city' },
  },
  see_notices: {
    text: { zh: '查看通知的发送情况', en: 'see what became of notices' },
    may: { operator: 'city', auditor: 'city' },
  },
} as const satisfies Record<string, Rule>;
export type Operation = keyof typeof OPERATIONS;

/** How far the role reaches in the operation, or `undefined` when it may not. */
export function findReach(role: Role, operation: Operation): Reach | undefined {
  return (OPERATIONS[operation] as Rule).may[role];
}

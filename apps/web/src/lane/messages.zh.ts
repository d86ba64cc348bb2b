/** The lane's texts in Chinese; their shape is that of every language. */

const lasting = (seconds: number): string =>
  seconds < 90
    ? `${seconds}秒`
    : seconds < 5400
      ? `${Math.round(seconds / 60)}分钟`
      : `${Math.round(seconds / 3600)}小时`;

export const zhCN = {
  title: '人工通道',
  brand: '礼遇',
  elder: '长辈版',
  skip: '跳到输入框',
  starting: '正在启动',
  elsewhere: {
    title: '人工通道已在另一个窗口打开',
    hint: '一台设备只开一个窗口。关掉那一个，这里会自动接上。',
  },
  broken: {
    title: '这台设备不能保存记录',
    hint: '浏览器不让保存，或空间已满。请用普通窗口打开，不要用无痕窗口；仍不行请联系运营人员。',
  },
  setUp: {
    title: '登记这条通道',
    hint: '设备号和一次性密码由运营人员发放，24小时内有效，只用一次。',
    gateId: '设备号',
    secret: '一次性密码',
    submit: '登记',
    refused: '没有登记成。设备号或密码不对、已用过或已过期，请另取一次性密码。',
    fault: '连不上服务器。登记需要联网，请稍后再试。',
  },
  signIn: {
    title: '登录',
    locked: '已锁屏',
    name: '账号',
    password: '密码',
    submit: '登录',
    unlock: '解锁',
    offlineHint: '现在没有网络：三天内在这台设备登录过的人，可用原密码解锁。',
    refused: {
      wrong_password: '账号或密码不对。',
      too_many_tries: '试的次数太多，请过几分钟再试。',
      other_partner: '这个账号不是本单位的窗口账号，不能用于这条通道。',
      unknown_here: '没有网络，而这个账号三天内没有在这台设备登录过。联网后再登录。',
      fault: '服务器没有接受，请稍后再试。',
    },
  },
  bar: { signOut: '退出', lock: '锁屏' },
  input: {
    label: '扫码，或输入证件号、卡号',
    hint: '扫描枪随时可用，不必先点输入框',
    submit: '查询',
    tooShort: '太短了，请输入完整的证件号或12位卡号。',
  },
  waiting: '请扫码或输入证件号',
  waitingHint: '乘客的码、实体卡上的码、卡号、证件号都可以。',
  working: '正在核对',
  word: {
    open: { ride: '请通行', site: '请入场', clinic: '请到窗口' },
    closed: '不能放行',
    ask: '可以放行',
    unknown: '请看证件',
    admitted: '已放行',
    fault: '没有记录成',
  },
  pressToAdmit: '核对证件后按回车放行',
  unknownHint:
    '没有网络，查不到。看过卡或证书和身份证件后，按回车人工放行。证件号加密保存，联网后核对。',
  noSealingKey: '这台设备还没有联过网，不能加密保存证件号，所以不能放行。请联网后再试。',
  faultHint: '没有写进这台设备，所以没有放行。请再试一次；仍不行就手工登记在纸上，并联系运营人员。',
  signedOut: '登录已过期，暂时看不到姓名。请锁屏后重新登录。',
  tooMany: '查询太频繁，服务器暂时不答。请稍候。',
  needsDesk: '医院请用窗口页面，这里不问诊察费。',
  staffHelp: '可以看证件或卡号：输入后按回车，人工放行。',
  noHelp: '不能人工放行。请献血者到有工作人员的服务点，或拨打服务电话。',
  windowOver: '名单太旧，不能再凭码放行。请看证件人工放行，并尽快恢复网络。',
  card: {
    annual: '年卡',
    honour: '荣誉卡',
    through: (day: string) => `有效至${day}`,
    forLife: '终身有效',
    ended: (day: string) => `已于${day}到期`,
  },
  sealed: '证件号已加密',
  offlineMark: '没有网络：已记在这台设备，联网后上传。',
  reason: {
    label: '放行原因（上下键选）',
    choices: {
      no_phone: '没有带手机',
      no_power: '手机没电或打不开',
      unreadable: '码读不出来',
      needs_help: '不方便自己操作',
    },
  },
  keys: {
    admit: '放行',
    clear: '清除',
    slip: '打小票',
    direction: '换方向',
    camera: '摄像头',
    lock: '锁屏',
  },
  direction: { in: '进站', out: '出站', label: '方向' },
  camera: { hint: '把码对着摄像头。', denied: '摄像头不能用，请用扫描枪或输入。' },
  status: {
    online: '已联网',
    offline: '没有网络',
    lists: (age: number) => `名单 ${lasting(age)}前`,
    noLists: '还没有名单',
    waiting: (count: number) => `待上传 ${count} 条`,
    synced: (age: number) => `${lasting(age)}前上传`,
    neverSynced: '还没有上传',
    revoked: '这条通道已被停用。请联系运营人员；没有上传的记录仍会上传。',
    full: '存储已满，不能再记录。请尽快恢复网络。',
  },
  slip: {
    title: '通行小票',
    venue: '地点',
    at: '时间',
    outcome: '结果',
    number: '记录号',
    clerk: '经办人',
    reason: '原因',
    call: (number: string) => `服务电话 ${number}`,
    thanks: '感谢您献血。',
    sample: '样例数据',
  },
};

/** Every text of the lane. */
export type Messages = typeof zhCN;

// The phone of a patrol: short sentences that can be read in the rain, and nothing promised that a page cannot do.
import type { Area } from './index';

const patrol: Area = {
  zh: {
    tab: { task: '任务', round: '巡更', phone: '本机', sos: 'SOS' },
    status: { up: '已连接', connecting: '连接中', off: '离线', fix: '定位 {m}', fix_old: '定位 {age}前', no_fix: '无定位', off_duty: '未上岗', lang: '切换语言' },
    offline: { title: '离线 {time}', kept: '你做的都存在本机，联网后按顺序补传', none: '没有待补传的；新派单收不到', lossy: '这个浏览器不能保存：联网前不要关闭页面', tries: '已试 {n} 次' },
    queue: {
      title: '待补传 {n} 条', empty: '没有待补传', waiting: '待传', sending: '传送中', done: '已送达', refused: '未办成', dismiss: '知道了', open: '还有 {n} 条待传', at: '按手机时间 {time}', size: '{kb} KB',
      late: '补传的到场、签到照原来的做法计：到场按送达中心的时间，签到按手机时间。',
    },
    did: {
      ticket_accept: '接单', ticket_decline: '不能去', ticket_en_route: '出发', ticket_arrive: '到场', ticket_note: '情况说明', ticket_photo: '照片', ticket_close_request: '申请结单',
      checkin_submit: '签到', round_start: '开始巡更', unit_duty: '值班', sos_raise: 'SOS 求助',
    },
    home: { none: '暂无任务', wait: '有派单时本页会显示、振动、响铃', off: '未上岗，不会派单给你', check: '待核查', check_hint: '由值机员核查，等 {left}', loading: '正在连接中心' },
    duty: { on: '上岗', off: '下岗', is_on: '在岗', is_off: '未上岗', since: '上岗后每 5 秒报位置' },
    offer: {
      accept_left: '接单剩', five_left: '距 5 分钟', five_over: '已超 5 分钟', late: '已超时', accept: '接单', cannot: '不能去', walk: '{travel} {m}，约 {time}', straight: '直线 {m}', unknown_way: '位置未知，无法估计', on: '{n} 组',
      unsent: '接单已存本机，还没送到中心。中心仍在计时，请用电台 {radio} 报一声。', why: '为什么不能去？', back: '返回', other: '说明原因',
    },
    work: {
      dispatched: '派单', accepted: '接单', en_route: '在途', scene: '到场', close: '办结', depart: '出发', arrive: '到场', arrived: '{time} 到场', inside: '5 分钟内，余 {left}', outside: '超过 5 分钟 {over}',
      no_here: '没有本机位置，按平面图走', photo_n: '拍照 {n}', note: '报情况', unsent: '未送达 {n} 条', from_center: '中心记录的位置 {age}前', rework: '返工：{why}', rework_none: '返工，请再处置', words: '现场情况',
      note_hint: '写一句现场情况，第一句就是首次答复', note_send: '发出', note_empty: '先写一句', radio: '电台 {radio}',
    },
    lack: { and: '、', arrive: '到场', photo: '拍处置后照片', result: '选结果', reason_far: '说明为何不在现场', reason_unknown: '说明为何没有定位' },
    close: {
      title: '申请结单', before: '到场照', after: '处置后', needed: '必需', result: '结果', words: '补充说明（可不填）', reason_far: '离地点 {m}，请说明', reason_unknown: '本机没有定位，请说明', quick_far: '已离开现场', quick_move: '人已转移', quick_fix: '手机无定位', send: '申请结单',
      check: '由值机员核查', lacks: '还差：{what}', sent: '已申请结单',
    },
    result: { real_helped: '真实 已救助', false_alarm: '误报', to_hospital: '送医', to_street: '转街道', fixed: '已修复', moved: '已移走', other: '其他' },
    photo: { kind: '只收 JPEG 或 PNG 照片', large: '照片超过 8 MB' },
    gone: {
      recall: '派单已撤回', timed_out: '接单超时', declined: '已退单', reassigned: '已改派他队', closed: '工单已结束', recall_hint: '值机员撤回了，不用去。', timed_out_hint: '60 秒内没有接单，已交给值机员另派。', declined_hint: '值机员会另派队伍。', reassigned_hint: '不用去了。', closed_hint: '不用再处置。', ok: '知道了',
    },
    dir: { n: '正北', ne: '东北', e: '正东', se: '东南', s: '正南', sw: '西南', w: '正西', nw: '西北', line: '{dir}方向，图上北为上' },
    round: {
      none: '今天没有巡更', next_at: '{time} 开始', start: '开始巡更', start_early: '{time} 起可以开始', next: '下一点', nth: '第 {n} 点', window: '{from}–{to} 签到有效', left: '剩 {left}', soon: '{left} 后开始', over: '已过时，仍可补签', checkin: '签到', how: '拍二维码，或按位置', done: '本轮走完', no_point: '没有待签的点', on_time: '准点', early: '提前', late: '迟', made_up: '补签', late_sync: '补传', missed: '漏检', unknown: '未知', due: '未到', any: '次序不限',
      sheet: '怎样签到？', qr: '拍墙上的二维码', qr_hint: '离近些，拍清楚；离线也可以拍', pos: '按位置签到', pos_ok: '在点位内，误差 {m}', pos_far: '还差 {m}', pos_old: '定位太旧：{age}前', pos_none: '没有定位', which: '点', stored: '已存中心', counted: '已计入', kept: '存在本机', refused: '未计入', refused_hint: '码读不出或不认得，请再拍一次', log: '本机签到', by_code: '二维码', no_match: '收到了，但没有对上待签的点', flags: '待复核',
    },
    sos: {
      title: '按住 3 秒求助', hold: '继续按住', hint: '满 3 秒发出，松手取消', left: '还剩 {s} 秒', me: '我', where: '位置', where_old: '{age}前的位置', where_none: '没有定位，发最后已知位置', tells: '通知', tells_who: '各值机席、大屏，P1 响铃', sends: '发出', sends_what: '队伍、位置、时间；不录音', call110: '拨 110', call120: '拨 120',
      waiting: '正在发出', unsent: '还没送到中心！请打电话或用电台', sent: '中心已收到 {time}', code: '警情 {code}', refused: '没有发出', near: '±{m}',
    },
    phone: {
      title: '本机能做什么', ok: '可用', no: '不可用', position: '定位', camera: '拍照', vibrate: '振动', sound: '响铃', wake: '屏幕常亮', keep: '离线保存', unit: '队伍', account: '账号', insecure: '没有加密连接：浏览器不给定位和常亮。请按“手机连上中心”装证书。', pair: '手机连上中心', denied: '定位被拒绝：在浏览器设置里允许', wait_fix: '等待定位', tap: '点一下屏幕后可用',
      no_vibrate: '这个浏览器不支持', sleep: '省电模式或浏览器不支持', wechat: '请用系统浏览器打开：微信里不能定位，也不能常亮。', honest: '网页不能在锁屏时响铃，也不能越过静音。上岗时请保持本页打开、屏幕亮着；看不到本页时，值机台会用电台和电话找你。', radio: '电台', members: '队员', camera_how: '打开手机相机，拍完自动上传', no_unit: '这个账号没有队伍，请联系管理员。', seen: '上岗时',
    },
  },
  en: {
    tab: { task: 'Task', round: 'Round', phone: 'Phone', sos: 'SOS' },
    status: { up: 'Connected', connecting: 'Connecting', off: 'Offline', fix: 'Fix {m}', fix_old: 'Fix {age} old', no_fix: 'No fix', off_duty: 'Off duty', lang: 'Change language' },
    offline: { title: 'Offline {time}', kept: 'All you do is kept here and sent in order', none: 'Nothing waits; new tasks cannot come', lossy: 'This browser keeps nothing: do not close the page', tries: 'tried {n} times' },
    queue: {
      title: '{n} to send', empty: 'Nothing to send', waiting: 'Waits', sending: 'Sending', done: 'Arrived', refused: 'Not done', dismiss: 'I see', open: '{n} still to send', at: 'Phone time {time}', size: '{kb} KB',
      late: 'Arrivals sent late count from when the center gets them; check-ins count by the time of the phone.',
    },
    did: {
      ticket_accept: 'Accept', ticket_decline: 'Cannot go', ticket_en_route: 'Set out', ticket_arrive: 'Arrived', ticket_note: 'Report', ticket_photo: 'Photo', ticket_close_request: 'Close request',
      checkin_submit: 'Check-in', round_start: 'Start round', unit_duty: 'Duty', sos_raise: 'SOS',
    },
    home: { none: 'No task', wait: 'A new task shows, shakes and rings here', off: 'Off duty: nothing is sent to you', check: 'To be checked', check_hint: 'The desk checks it: {left}', loading: 'Connecting to the center' },
    duty: { on: 'Go on duty', off: 'Go off duty', is_on: 'On duty', is_off: 'Off duty', since: 'On duty your place is told every 5 s' },
    offer: {
      accept_left: 'To accept', five_left: 'Of 5 min left', five_over: 'Over 5 min', late: 'Too late', accept: 'Accept', cannot: 'Cannot go', walk: '{travel} {m}, about {time}', straight: '{m} in a line', unknown_way: 'Place unknown: no estimate', on: 'Group {n}',
      unsent: 'Kept here, not at the center yet. Its clock runs on: say it by radio {radio}.', why: 'Why can you not go?', back: 'Back', other: 'Say why',
    },
    work: {
      dispatched: 'Sent', accepted: 'Taken', en_route: 'On way', scene: 'There', close: 'Close', depart: 'Set out', arrive: 'Arrived', arrived: 'There {time}', inside: 'Within 5 min, {left} left', outside: '{over} over 5 min',
      no_here: 'No position: follow the plan', photo_n: 'Photo {n}', note: 'Report', unsent: '{n} not sent', from_center: 'Place as the center knew it {age} ago', rework: 'Rework: {why}', rework_none: 'Rework: please mend it', words: 'What you see',
      note_hint: 'One sentence: the first is the first answer', note_send: 'Send', note_empty: 'Write a word first', radio: 'Radio {radio}',
    },
    lack: { and: ', ', arrive: 'arrive', photo: 'photo after the work', result: 'choose a result', reason_far: 'say why you are away', reason_unknown: 'say why there is no fix' },
    close: {
      title: 'Ask to close', before: 'On arrival', after: 'Afterwards', needed: 'needed', result: 'Result', words: 'More words, if any', reason_far: '{m} from the place: say why', reason_unknown: 'No fix on this phone: say why', quick_far: 'Left the place', quick_move: 'Person moved', quick_fix: 'Phone has no fix', send: 'Ask to close',
      check: 'The desk checks it', lacks: 'Still: {what}', sent: 'Close asked',
    },
    result: { real_helped: 'Real, helped', false_alarm: 'False alarm', to_hospital: 'To hospital', to_street: 'To the street', fixed: 'Fixed', moved: 'Moved away', other: 'Other' },
    photo: { kind: 'Only JPEG or PNG photos', large: 'The photo is over 8 MB' },
    gone: {
      recall: 'Task recalled', timed_out: 'Not accepted in time', declined: 'Given back', reassigned: 'Given to others', closed: 'Ticket ended', recall_hint: 'The desk took it back: do not go.', timed_out_hint: 'Not accepted within the time: the desk sends somebody else.', declined_hint: 'The desk sends another unit.', reassigned_hint: 'You need not go.', closed_hint: 'Nothing more to do.', ok: 'I see',
    },
    dir: { n: 'North', ne: 'North-east', e: 'East', se: 'South-east', s: 'South', sw: 'South-west', w: 'West', nw: 'North-west', line: '{dir}; north is up' },
    round: {
      none: 'No round today', next_at: 'Starts {time}', start: 'Start round', start_early: 'From {time} on', next: 'Next point', nth: 'Point {n}', window: 'Valid {from}–{to}', left: '{left} left', soon: 'in {left}', over: 'Over: can be made up', checkin: 'Check in', how: 'Photo of the QR, or position', done: 'Round complete', no_point: 'No point is due', on_time: 'On time', early: 'Early', late: 'Late', made_up: 'Made up', late_sync: 'Late sync', missed: 'Missed', unknown: 'Unknown', due: 'Due', any: 'Any order',
      sheet: 'How do you check in?', qr: 'Photo of the QR', qr_hint: 'Close and sharp; works offline too', pos: 'By position', pos_ok: 'Inside the circle, ±{m}', pos_far: '{m} to go', pos_old: 'Fix too old: {age}', pos_none: 'No fix', which: 'Point', stored: 'Stored', counted: 'Counted', kept: 'Kept here', refused: 'Not counted', refused_hint: 'The code was not read or not known: take it again', log: 'Check-ins here', by_code: 'QR photo', no_match: 'Received, but it matched no point that is due', flags: 'to review',
    },
    sos: {
      title: 'Hold 3 s for help', hold: 'Keep holding', hint: 'Sent after 3 s; let go to cancel', left: '{s} s left', me: 'Me', where: 'Where', where_old: 'Place of {age} ago', where_none: 'No fix: the last known place is sent', tells: 'Tells', tells_who: 'All seats and the wall, ringing as P1', sends: 'Sends', sends_what: 'Unit, place, time; no recording', call110: 'Call 110', call120: 'Call 120',
      waiting: 'Sending', unsent: 'Not at the center yet! Call or use the radio', sent: 'The center has it, {time}', code: 'Alert {code}', refused: 'Not sent', near: '±{m}',
    },
    phone: {
      title: 'What this phone can do', ok: 'Works', no: 'Does not', position: 'Position', camera: 'Photos', vibrate: 'Vibration', sound: 'Sound', wake: 'Screen stays on', keep: 'Kept offline', unit: 'Unit', account: 'Account', insecure: 'No encryption: browsers give neither position nor a lasting screen. Install the certificate.', pair: 'Connect a phone', denied: 'Position refused: allow it in the browser', wait_fix: 'Waiting for a fix', tap: 'After a tap on the screen',
      no_vibrate: 'Not in this browser', sleep: 'Battery saver or not in this browser', wechat: 'Open in the system browser: WeChat gives no position and no lasting screen.', honest: 'A page cannot ring over a lock screen nor override silence. On duty keep this page open and the screen on; when it cannot be seen, the desk finds you by radio and telephone.', radio: 'Radio', members: 'Members', camera_how: 'Opens the camera; sent by itself', no_unit: 'This account has no unit: ask the administrator.', seen: 'on duty',
    },
  },
};
export default patrol;

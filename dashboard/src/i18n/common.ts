// Words every page needs. Groups named after a field of the wire translate its values (see word()).
// U+00A0 stands between a number and its unit.
import type { Area } from './index';

const common: Area = {
  zh: {
    product: '网格化监控指挥中心',
    age: { s: '{n} 秒', min: '{n} 分', h: '{n} 小时', late: '迟 {age}', stopped: '停更 {age}', never: '无数据', title: '数据 {age}前' },
    metres: '{n} 米',
    kilometres: '{n} 公里',
    none: '无',
    unknown: '未知',
    priority: { '1': '紧急', '2': '重要', '3': '一般', '4': '提示' },
    category: {
      fall: '跌倒', fire: '火情', violence: '冲突', sos: '求助', person_in_difficulty: '人员需救助', fire_lane: '消防道占用',
      intrusion: '夜间闯入', order: '秩序', parking: '违停', dumping: '乱倒垃圾', facility: '设施', service: '点单服务', other: '其他',
    },
    rule: {
      reported: '上报', sos: '队伍求助', observed: '设备发现', camera_fault: '摄像机故障', reader_gone: '巡更机失联',
      worker_gone: '采集进程失联', point_missed: '漏检', round_not_started: '未按时出巡',
    },
    alert_state: { NORM: '已闭环', UNACKED: '待确认', ACKED: '已确认', RETURNED: '已恢复，未确认' },
    disposition: { real: '真实', false: '误报', test: '测试', duplicate: '重复' },
    ticket_kind: { E: '应急', O: '秩序', F: '设施', S: '点单', H: '热线', C: '专项', W: '工程' },
    ticket_state: {
      REPORTED: '待立案', FILED: '待派单', REJECTED: '不予立案', MERGED: '已并案', DISPATCHED: '待接单', ACCEPTED: '已接单', EN_ROUTE: '在途',
      ON_SCENE: '已到场', HANDLING: '处置中', CLOSE_REQ: '待核查', CLOSED: '已结案', CANCELLED: '已作废',
    },
    ticket_clock: {
      file: '立案', dispatch: '派单', accept: '接单', arrive: '到场', first_words: '首次答复', handle: '处置', check: '核查', rework: '返工',
    },
    ticket_result: {
      real_helped: '属实，已处置', false_alarm: '误报', to_hospital: '已送医', to_street: '已报街道', fixed: '已修复', moved: '已移走', other: '其他',
    },
    decline: { wrong_owner: '不属本队', off_duty: '已下岗', duplicate: '重复', unsafe: '不安全', busy: '正在处置', other: '其他' },
    candidate: {
      free: '空闲', busy: '忙', off_duty: '未上岗', volunteer_not_for_p1: '志愿队不派 P1', wrong_kind: '工种不符', position_unknown: '位置未知',
    },
    camera_state: {
      unknown: '状态未知', connecting: '连接中', live: '正常', stalled: '冻结', lost: '离线', refused: '认证失败', unsupported: '格式不支持',
    },
    camera_cause: {
      starting: '正在连接', no_packets: '无视频包', closed: '对端断开', unreachable: '网络不通', timeout: '无应答', auth: '密码不对',
      recorder_full: '录像机连接已满', not_found: '路径不存在', codec: '编码不支持', protocol: '不是 RTSP', worker_gone: '采集进程失联',
    },
    round_state: {
      PLANNED: '未到时间', OPEN: '待出发', STARTED: '巡更中', COMPLETED: '完成', INCOMPLETE: '未完成', ABANDONED: '中断', MISSED_RUN: '未出巡', CANCELLED: '取消',
    },
    point_state: { DUE: '未到', DONE: '已到', MISSED: '漏检', UNKNOWN: '未知' },
    unit_kind: { guard: '保安', grid: '网格员', volunteer: '夕阳红', maintenance: '维修' },
    travel: { foot: '步行', ebike: '电动车' },
    presence: { none: '手机未连', visible: '手机在看', hidden: '手机不可见' },
    outbox_state: {
      QUEUED: '待发', SENDING: '发送中', ACCEPTED: '已发出', DELIVERED: '已送达', READ: '已读', ANSWERED: '已答复', TEMP_FAIL: '暂时失败', PERM_FAIL: '失败',
      UNKNOWN: '不知送达与否', EXPIRED: '已过期',
    },
    role: { admin: '管理员', supervisor: '带班领导', operator: '值机员', patrol: '巡逻队', warden: '网格长', wall: '大屏', source: '上报设备' },
    shift_kind: { day: '白班', night: '夜班' },
    channel: { radio: '电台', phone: '电话', paper: '纸面' },
    place_kind: {
      district: '区', street: '街道', community: '社区', group: '组', grid: '网格', micro_grid: '微网格', building: '楼', unit: '单元', household: '户', area: '区域',
      way: '路', gate: '门', room: '房间', other: '其他',
    },
    picture: {
      live: '实时 {age}', not_live: '非实时 {age}', none: '无画面', unselected: '未选画面', connecting: '连接中', waiting: '等首帧', frozen: '冻结 {age}', no_packets: '无视频包',
      lost: '离线 {age}', refused: '认证失败', refused_hint: '密码已改？', unsupported: '不支持的格式', unknown: '状态未知', worker: '采集进程失联', off: '检修停用', stopped_at: '画面停在 {time}',
      last: '末帧 {time}',
    },
    link: {
      ok: '链路正常', age: '数据 {age}前', connecting: '连接中', lost: '断链 {age}', retry: '重连第 {n} 次', retry_in: '{n} 秒后再试', stopped: '已停止', was_cut: '{from}–{to} 曾断链 {age}',
      storage_full: '磁盘已满', storage_read_only: '磁盘只读', storage_hint: '新情况只在内存中，请记纸面',
    },
    update: { title: '页面需更新', hint: '无 P1 P2 时自动刷新', now: '现在刷新' },
    sound: { armed: '声响已备', locked: '未解锁，点一下', tested: '{time} 试音', untested: '本班未试音', test: '试音', heard: '听到了', not_heard: '没听到' },
    theme: { dark: '深', light: '浅', title: '明暗' },
    language: { title: '语言', zh: '中文', en: 'EN' },
    action: { ok: '确定', cancel: '取消', close: '关闭', save: '保存', back: '返回', more: '更多', search: '搜索', refresh: '刷新', logout: '退出登录', retry: '再试' },
    error: { title: '没有办成', page: '页面出错，请刷新；仍不行请告知管理员。' },
    page: { wall: '大屏', desk: '值机台', patrol: '巡逻', review: '复盘', admin: '管理', 'shift-log': '交接班日志', login: '登录', demo: '演示' },
    plan: { none: '没有平面图：请导入地点', scale: '{n} 米', hq: '指', units_out: '队伍在外 {n}' },
    event: {
      round_opened: '待出发', round_started: '出发巡更', round_resumed: '继续巡更', round_completed: '巡更完成', round_incomplete: '巡更未完成', round_abandoned: '巡更中断',
      round_not_started: '未按时出巡', round_missed_run: '未出巡', round_point_done: '签到', round_point_missed: '漏检', round_point_late_sync: '补传签到', round_point_made_up: '补签',
      worker_up: '采集进程恢复', worker_down: '采集进程失联', storage_fault: '磁盘故障', storage_back: '磁盘恢复', clock_stepped: '时钟跳变', center_started: '中心启动',
      camera_added: '添加摄像机', camera_changed: '修改摄像机', camera_removed: '移除摄像机', camera_restored: '恢复摄像机',
      alert_raised: '发生', alert_again: '再次发生', alert_acked: '确认', alert_cleared: '已恢复', alert_returned: '再次出现', alert_disposed: '给出结论',
      alert_dispatched: '确认并派单', alert_ticket_closed: '工单已结', alert_escalated: '逾期上报', alert_withdrawn: '自动撤销', alert_closed: '闭环',
      ticket_reported: '上报', ticket_filed: '立案', ticket_rejected: '不予立案', ticket_merged: '并案', ticket_dispatched: '派单', ticket_accepted: '接单',
      ticket_returned: '退单', ticket_timed_out: '接单超时', ticket_recalled: '撤回派单', ticket_en_route: '出发', ticket_arrived: '到场', ticket_handling: '处置记录',
      ticket_close_requested: '申请结单', ticket_closed: '结案', ticket_rework: '返工',
    },
  },
  en: {
    product: 'Command center',
    age: { s: '{n} s', min: '{n} min', h: '{n} h', late: '{age} late', stopped: 'Stopped {age}', never: 'No data', title: 'Data {age} ago' },
    metres: '{n} m',
    kilometres: '{n} km',
    none: 'None',
    unknown: 'Unknown',
    priority: { '1': 'Critical', '2': 'High', '3': 'Normal', '4': 'Note' },
    category: {
      fall: 'Fall', fire: 'Fire', violence: 'Violence', sos: 'SOS', person_in_difficulty: 'Person in need', fire_lane: 'Fire lane',
      intrusion: 'Intrusion', order: 'Public order', parking: 'Parking', dumping: 'Dumping', facility: 'Facility', service: 'Service', other: 'Other',
    },
    rule: {
      reported: 'Reported', sos: 'Unit SOS', observed: 'Seen by device', camera_fault: 'Camera fault', reader_gone: 'Reader gone',
      worker_gone: 'Worker gone', point_missed: 'Point missed', round_not_started: 'Round not started',
    },
    alert_state: { NORM: 'Closed', UNACKED: 'Not acked', ACKED: 'Acked', RETURNED: 'Over, not acked' },
    disposition: { real: 'Real', false: 'False alarm', test: 'Test', duplicate: 'Duplicate' },
    ticket_kind: { E: 'Emergency', O: 'Order', F: 'Facility', S: 'Service', H: 'Hotline', C: 'Campaign', W: 'Works' },
    ticket_state: {
      REPORTED: 'To file', FILED: 'To dispatch', REJECTED: 'Not filed', MERGED: 'Merged', DISPATCHED: 'To accept', ACCEPTED: 'Accepted', EN_ROUTE: 'En route',
      ON_SCENE: 'On scene', HANDLING: 'Handling', CLOSE_REQ: 'To check', CLOSED: 'Closed', CANCELLED: 'Cancelled',
    },
    ticket_clock: {
      file: 'File', dispatch: 'Dispatch', accept: 'Accept', arrive: 'Arrive', first_words: 'First words', handle: 'Handle', check: 'Check', rework: 'Rework',
    },
    ticket_result: {
      real_helped: 'Real, helped', false_alarm: 'False alarm', to_hospital: 'Taken to hospital', to_street: 'Passed to the street', fixed: 'Fixed', moved: 'Moved away', other: 'Other',
    },
    decline: { wrong_owner: 'Not ours', off_duty: 'Off duty', duplicate: 'Duplicate', unsafe: 'Unsafe', busy: 'Busy', other: 'Other' },
    candidate: {
      free: 'Free', busy: 'Busy', off_duty: 'Off duty', volunteer_not_for_p1: 'No volunteers for P1', wrong_kind: 'Other trade', position_unknown: 'Position unknown',
    },
    camera_state: {
      unknown: 'Unknown', connecting: 'Connecting', live: 'Live', stalled: 'Frozen', lost: 'Offline', refused: 'Refused', unsupported: 'Unsupported',
    },
    camera_cause: {
      starting: 'Connecting', no_packets: 'No packets', closed: 'Closed by camera', unreachable: 'Unreachable', timeout: 'No answer', auth: 'Wrong password',
      recorder_full: 'Recorder full', not_found: 'No such path', codec: 'Codec unsupported', protocol: 'Not RTSP', worker_gone: 'Worker gone',
    },
    round_state: {
      PLANNED: 'Planned', OPEN: 'To start', STARTED: 'Under way', COMPLETED: 'Complete', INCOMPLETE: 'Incomplete', ABANDONED: 'Broken off', MISSED_RUN: 'Not walked', CANCELLED: 'Cancelled',
    },
    point_state: { DUE: 'Due', DONE: 'Done', MISSED: 'Missed', UNKNOWN: 'Unknown' },
    unit_kind: { guard: 'Guard', grid: 'Grid worker', volunteer: 'Volunteers', maintenance: 'Maintenance' },
    travel: { foot: 'On foot', ebike: 'E-bike' },
    presence: { none: 'No phone', visible: 'Phone seen', hidden: 'Phone hidden' },
    outbox_state: {
      QUEUED: 'Queued', SENDING: 'Sending', ACCEPTED: 'Sent', DELIVERED: 'Delivered', READ: 'Read', ANSWERED: 'Answered', TEMP_FAIL: 'Failed for now', PERM_FAIL: 'Failed',
      UNKNOWN: 'Not known', EXPIRED: 'Expired',
    },
    role: { admin: 'Administrator', supervisor: 'Supervisor', operator: 'Operator', patrol: 'Patrol', warden: 'Warden', wall: 'Wall', source: 'Source' },
    shift_kind: { day: 'Day', night: 'Night' },
    channel: { radio: 'Radio', phone: 'Telephone', paper: 'Paper' },
    place_kind: {
      district: 'District', street: 'Street', community: 'Community', group: 'Group', grid: 'Grid', micro_grid: 'Micro-grid', building: 'Building', unit: 'Unit', household: 'Household', area: 'Area',
      way: 'Way', gate: 'Gate', room: 'Room', other: 'Other',
    },
    picture: {
      live: 'Live {age}', not_live: 'Not live {age}', none: 'No picture', unselected: 'No camera chosen', connecting: 'Connecting', waiting: 'Waiting', frozen: 'Frozen {age}', no_packets: 'No packets',
      lost: 'Offline {age}', refused: 'Login refused', refused_hint: 'Password changed?', unsupported: 'Unsupported format', unknown: 'Unknown', worker: 'Worker gone', off: 'Out of service', stopped_at: 'Picture of {time}',
      last: 'Last {time}',
    },
    link: {
      ok: 'Link up', age: 'Data {age} old', connecting: 'Connecting', lost: 'Cut {age}', retry: 'Try {n}', retry_in: 'next in {n} s', stopped: 'Stopped', was_cut: 'Was cut {from}–{to}, {age}',
      storage_full: 'Disk full', storage_read_only: 'Disk read-only', storage_hint: 'News is in memory only: write it down',
    },
    update: { title: 'Update needed', hint: 'Reloads when no P1 or P2 is open', now: 'Reload now' },
    sound: { armed: 'Sound armed', locked: 'Locked: tap here', tested: 'Tested {time}', untested: 'Not tested', test: 'Test tone', heard: 'I heard it', not_heard: 'Not heard' },
    theme: { dark: 'Dark', light: 'Light', title: 'Theme' },
    language: { title: 'Language', zh: '中文', en: 'EN' },
    action: { ok: 'OK', cancel: 'Cancel', close: 'Close', save: 'Save', back: 'Back', more: 'More', search: 'Search', refresh: 'Refresh', logout: 'Log out', retry: 'Try again' },
    error: { title: 'Not done', page: 'The page failed: reload it; if that does not help, tell the administrator.' },
    page: { wall: 'Wall', desk: 'Desk', patrol: 'Patrol', review: 'Review', admin: 'Admin', 'shift-log': 'Shift log', login: 'Log in', demo: 'Demo' },
    plan: { none: 'No plan: import the places', scale: '{n} m', hq: 'HQ', units_out: '{n} units out' },
    event: {
      round_opened: 'to start', round_started: 'round started', round_resumed: 'round resumed', round_completed: 'round complete', round_incomplete: 'round incomplete', round_abandoned: 'round broken off',
      round_not_started: 'round not started', round_missed_run: 'round not walked', round_point_done: 'checked in', round_point_missed: 'point missed', round_point_late_sync: 'late sync', round_point_made_up: 'made up',
      worker_up: 'worker back', worker_down: 'worker gone', storage_fault: 'disk fault', storage_back: 'disk back', clock_stepped: 'clock stepped', center_started: 'center started',
      camera_added: 'camera added', camera_changed: 'camera changed', camera_removed: 'camera removed', camera_restored: 'camera restored',
      alert_raised: 'raised', alert_again: 'again', alert_acked: 'acked', alert_cleared: 'cleared', alert_returned: 'back again', alert_disposed: 'disposition',
      alert_dispatched: 'acked and dispatched', alert_ticket_closed: 'ticket closed', alert_escalated: 'escalated', alert_withdrawn: 'withdrawn', alert_closed: 'closed',
      ticket_reported: 'reported', ticket_filed: 'filed', ticket_rejected: 'not filed', ticket_merged: 'merged', ticket_dispatched: 'dispatched', ticket_accepted: 'accepted',
      ticket_returned: 'returned', ticket_timed_out: 'not accepted in time', ticket_recalled: 'recalled', ticket_en_route: 'set out', ticket_arrived: 'arrived', ticket_handling: 'note',
      ticket_close_requested: 'close asked', ticket_closed: 'closed', ticket_rework: 'rework',
    },
  },
};
export default common;

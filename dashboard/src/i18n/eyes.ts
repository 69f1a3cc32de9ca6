// What the cameras see: the matrix, a camera's page, findings, outages, zones, uptime.
import type { Area } from './index';

const eyes: Area = {
  zh: {
    sight: { sees: '看得见', unlooked: '未看过', blind: '看不见', connecting: '连接中', stalled: '冻结', lost: '离线', refused: '认证失败', unsupported: '格式不支持', unknown: '状态未知', off: '检修停用' },
    short: { sees: '看得见', unlooked: '未看过', blind: '看不见', connecting: '连接', stalled: '冻结', lost: '离线', refused: '认证', unsupported: '格式', unknown: '未知', off: '停用' },
    need: { wrong: '有问题', sees: '看得见', waiting: '还没看到', off: '检修停用' },
    group: { all: '全部', wrong: '有问题', gone: '无画面', blind: '看不见', unknown: '未知', off: '停用', sees: '看得见' },
    order: { wrong: '问题在前', place: '按组' },
    size: { auto: '自动', small: '小', middle: '中', large: '大' },
    via: { lean: '轻量读取', rtspsrc: '备用读取', none: '未连接' },
    picture: { ago: '{age}前', writing: '图片正在写入', none: '没有图片' },
    matrix: {
      title: '摄像机', see: '路看得见', filter: '编号、名称、地点、录像机、交换机', state: '状态', place: '地点', place_all: '全部地点', via: '读取方式', via_all: '全部读取方式', order: '排列', size: '大小', shown: '{n} / {all} 路', pictures: '画面', problems: '问题',
      none: '还没有摄像机', none_hint: '在管理页添加，或导入 CSV。', none_found: '没有符合的摄像机', no_group: '未分组', keys: '方向键 移动 · 回车 打开 · / 查找 · P 排列 · + − 大小 · Esc 全部',
    },
    side: {
      title: '需要处理', none: '没有多路一起离线，没有盲区，时钟和关键帧都正常', outages: '断联', blind: '盲区：没有一路看得见', blind_of: '{n} 路', show_these: '只看这些', show_all: '看全部', rest: '另有 {n} 路',
      slow: '关键帧太稀', slow_do: '画面最多要等这么久才更新。登录摄像机，关闭“智能编码”（Smart265、H.265+、智能 H.264），把 I 帧间隔设为 1–2 秒。', slow_every: '每 {age}',
      drift: '时钟不准', drift_do: '录像时间对不上，不能作证据。在摄像机里设 NTP 校时，服务器填本中心或录像机的地址。',
      fallback: '备用读取', fallback_do: '要求 UDP 或 rtsps，每路多占一份开销。能用 RTSP over TCP 就改为 TCP。',
      unwatched: '无人看守', unwatched_do: '采集进程失联，这些画面此刻没有人看。进程会自动重启；一分钟后仍未恢复，请告知管理员。',
    },
    drift: { fast: '快 {age}', slow: '慢 {age}' },
    outage: { down: '{n}/{all} 离线', some_back: '{n}/{all} 离线，{back} 路已恢复', left: '{n}/{all} 未恢复', all_back: '{n} 路均已恢复', since: '{time} 起，已 {age}', span: '{from}–{to}', fell: '{time} 离线', back: '{time} 恢复', gone: '未恢复', title: '断联的摄像机', see: '在摄像机页看' },
    finding: {
      measure: '测得 {n}，限值 {limit}', since: '{time} 起', span: '{from}–{to}', open: '仍在', before: '之前', now: '发现时', here: '此刻', title: '画面异常', none: '没有发现异常', none_past: '没有历史异常', past: '已结束', past_title: '以前的异常', more: '更早的', by_picture: '对照画面',
    },
    cam: {
      title: '摄像机 {code}', back: '全部', unknown_id: '没有这路摄像机', unknown_id_hint: '可能已被移除。', state: '状态', history: '状态经过', no_history: '没有记录', figures: '码流', since: '已 {age}', sees: '看得见', looked: '{age}前看过', never_looked: '还没有看过', seen_from: '看的码流', sub: '子码流', main: '主码流', no_sub: '主码流（未设子码流）',
      fps: '帧率', kbps: '码率', fps_n: '{n} 帧/秒', kbps_n: '{n} kbit/s', key: '关键帧', key_n: '每 {age}', lost: '丢包', lost_n: '百万分之 {n}', jitter: '抖动', ms: '{n} 毫秒', clock: '时钟', clock_ok: '准（差 {n} 毫秒）', clock_none: '摄像机不报时', rate: '编码', vbr: '变码率', cbr: '定码率', rate_none: '未定', activity: '活动提示', activity_n: '{n} / 100', reconnects: '重连', size: '尺寸', via: '读取', metadata: '元数据', on: '接收', off: '不接收', last2: '近 2 分钟', wait: '等数据',
      relearn: '现在的画面是对的', relearn_hint: '重新学习参照', relearn_ask: '以 {what} 现在的画面为准？', relearn_1: '下一张关键帧成为参照，以后都和它比较。', relearn_2: '正在报的画面异常随之结束。', relearn_3: '先看清楚：被遮挡、被转开的画面一旦学进去，就不再报警。', relearn_do: '以现在为准', relearned: '已记下，下一张关键帧成为参照', not_live: '没有实时画面，学不了',
      reference: '参照画面', reference_at: '{time} 学到', reference_none: '还没有参照：看得见之后自己学', hangs: '接在哪里', recorder: '录像机', switch: '交换机', power: '供电', building: '楼栋', n_on_it: '共 {n} 路', n_wrong: '{n} 路有问题', hangs_none: '没有登记，断联时说不出原因。在管理页填写。', uptime: '本月', online: '在线率', seeing: '完好率', no_uptime: '本月还没有看过它', near: '邻近', links: '另见', in_admin: '设置', in_review: '回查', in_outage: '随 {what} 一起离线',
      keys: 'Z 画区域 · R 以现在为准 · Esc 返回', checkpoint: '读码巡更点',
    },
    zone: {
      title: '区域', none: '没有画区域：画一个，看住消防通道、投放点。', add: '画区域', most: '最多 {n} 个', name: '名称', category: '看什么', hours: '时段', all_day: '全天', from: '从', to: '到', dwell: '停留多久才报', seconds: '秒', dwell_s: '{n} 秒', dwell_min: '{n} 分', when: '{hours}，停留 {dwell}', off: '停用', enable: '启用', disable: '停用', edit: '修改', remove: '移除', removed: '已移除区域 {name}', restored: '已恢复区域 {name}', added: '已画好：{name}', changed: '已修改：{name}', disabled: '已停用：{name}', enabled: '已启用：{name}',
      draw: '在画面上点出每个角，点回第一个角收口', draw_keys: '键盘：方向键移动十字，空格落点，回车收口，退格去掉一点，Esc 放弃', move: '拖动角点修改；选中一个角用方向键移动，Delete 去掉它', points: '{n} 个角', close: '收口', undo_point: '去掉一点', again: '重画', point: '第 {n} 个角', few: '至少三个角', many: '角太多', crossed: '边线交叉了，挪一下角', small: '太小了，画大一点', need_name: '给个名称', need_dwell: '10 秒到 24 小时', same_hours: '起止相同就是全天', not_yours: '管理员和带班领导可以画', preset: { fire_lane: '消防通道', dumping: '投放点', parking: '禁停区' },
    },
    uptime: {
      title: '在线率与完好率', month: '月份', by: '按', camera: '摄像机', place: '地点', name: '名称', watched: '应看时长', online: '在线率', seeing: '完好率', worst: '最差先', csv: '导出 CSV', none: '这个月没有看过任何摄像机', n: '{n} 行', hours: '{n} 小时', all: '合计', sort: '按 {what} 排序', days: '{n} 天',
    },
  },
  en: {
    sight: { sees: 'Sees', unlooked: 'Not looked', blind: 'Blind', connecting: 'Connecting', stalled: 'Frozen', lost: 'Offline', refused: 'Refused', unsupported: 'Unsupported', unknown: 'Unknown', off: 'Disabled' },
    short: { sees: 'Sees', unlooked: 'Not yet', blind: 'Blind', connecting: 'Wait', stalled: 'Frozen', lost: 'Offline', refused: 'Refused', unsupported: 'Format', unknown: 'Unknown', off: 'Off' },
    need: { wrong: 'Wrong', sees: 'Sees', waiting: 'Not seen yet', off: 'Disabled' },
    group: { all: 'All', wrong: 'Wrong', gone: 'No picture', blind: 'Blind', unknown: 'Unknown', off: 'Disabled', sees: 'Sees' },
    order: { wrong: 'Wrong first', place: 'By group' },
    size: { auto: 'Auto', small: 'S', middle: 'M', large: 'L' },
    via: { lean: 'Lean reader', rtspsrc: 'Fallback reader', none: 'Not connected' },
    picture: { ago: '{age} ago', writing: 'Being written', none: 'No picture' },
    matrix: {
      title: 'Cameras', see: 'see', filter: 'Code, name, place, recorder, switch', state: 'State', place: 'Place', place_all: 'All places', via: 'Reader', via_all: 'All readers', order: 'Order', size: 'Size', shown: '{n} of {all}', pictures: 'Pictures', problems: 'Problems',
      none: 'No cameras yet', none_hint: 'Add one in Admin, or import a CSV.', none_found: 'No camera fits', no_group: 'No group', keys: 'Arrows move · Enter opens · / finds · P order · + − size · Esc all',
    },
    side: {
      title: 'To do', none: 'No cameras lost together, no blind grid, clocks and keyframes are fine', outages: 'Outages', blind: 'Blind: no camera sees', blind_of: '{n} cameras', show_these: 'Only these', show_all: 'Show all', rest: '{n} more',
      slow: 'Keyframes too rare', slow_do: 'A picture may be this old before it is renewed. In the camera switch off “smart codec” (Smart265, H.265+, Smart H.264) and set the I-frame interval to 1–2 s.', slow_every: 'every {age}',
      drift: 'Clock is off', drift_do: 'Recordings carry a wrong time and prove nothing. Set NTP in the camera, with this center or the recorder as server.',
      fallback: 'Fallback reader', fallback_do: 'It asks for UDP or rtsps, which costs more for each camera. Use RTSP over TCP where it can.',
      unwatched: 'Unwatched', unwatched_do: 'A camera worker is down: nobody looks at these now. It is restarted by itself; tell the administrator if it is not back in a minute.',
    },
    drift: { fast: '{age} fast', slow: '{age} slow' },
    outage: { down: '{n}/{all} down', some_back: '{n}/{all} down, {back} back', left: '{n}/{all} not back', all_back: 'all {n} back', since: 'since {time}, {age}', span: '{from}–{to}', fell: 'fell {time}', back: 'back {time}', gone: 'not back', title: 'Cameras that fell', see: 'See them' },
    finding: {
      measure: '{n}, limit {limit}', since: 'since {time}', span: '{from}–{to}', open: 'Goes on', before: 'Before', now: 'When found', here: 'Now', title: 'Findings', none: 'Nothing is wrong', none_past: 'None before', past: 'Over', past_title: 'Earlier findings', more: 'Earlier', by_picture: 'Compare',
    },
    cam: {
      title: 'Camera {code}', back: 'All', unknown_id: 'There is no such camera', unknown_id_hint: 'Perhaps it was removed.', state: 'State', history: 'State history', no_history: 'Nothing recorded', figures: 'Stream', since: 'for {age}', sees: 'Sees', looked: 'looked at {age} ago', never_looked: 'not looked at yet', seen_from: 'Watched by', sub: 'Sub-stream', main: 'Main stream', no_sub: 'Main stream (no sub-stream set)',
      fps: 'Frame rate', kbps: 'Bit rate', fps_n: '{n} fps', kbps_n: '{n} kbit/s', key: 'Keyframe', key_n: 'every {age}', lost: 'Loss', lost_n: '{n} ppm', jitter: 'Jitter', ms: '{n} ms', clock: 'Clock', clock_ok: 'right ({n} ms off)', clock_none: 'tells no time', rate: 'Encoder', vbr: 'variable rate', cbr: 'constant rate', rate_none: 'not known yet', activity: 'Activity hint', activity_n: '{n} / 100', reconnects: 'Reconnects', size: 'Size', via: 'Reader', metadata: 'Metadata', on: 'taken', off: 'not taken', last2: 'last 2 min', wait: 'waiting',
      relearn: 'The picture is right now', relearn_hint: 'Learn it anew', relearn_ask: 'Is the picture of {what} right as it is?', relearn_1: 'The next keyframe becomes the reference; all later ones are compared with it.', relearn_2: 'What is being found about this picture ends.', relearn_3: 'Look first: a covered or turned picture, once learned, raises no alarm any more.', relearn_do: 'It is right', relearned: 'Noted: the next keyframe becomes the reference', not_live: 'No live picture to learn from',
      reference: 'Reference', reference_at: 'learned {time}', reference_none: 'None yet: learned by itself once it sees', hangs: 'Hangs on', recorder: 'Recorder', switch: 'Switch', power: 'Power', building: 'Building', n_on_it: '{n} cameras', n_wrong: '{n} wrong', hangs_none: 'Not entered: an outage cannot name its cause. Fill it in under Admin.', uptime: 'This month', online: 'Online', seeing: 'Seeing', no_uptime: 'Not watched this month yet', near: 'Nearby', links: 'See also', in_admin: 'Settings', in_review: 'Review', in_outage: 'Fell with {what}',
      keys: 'Z draw zone · R right as it is · Esc back', checkpoint: 'Reads codes for',
    },
    zone: {
      title: 'Zones', none: 'No zone drawn: draw one over a fire lane or a rubbish point.', add: 'Draw a zone', most: 'At most {n}', name: 'Name', category: 'Watch for', hours: 'Hours', all_day: 'all day', from: 'From', to: 'To', dwell: 'Report after a stay of', seconds: 's', dwell_s: '{n} s', dwell_min: '{n} min', when: '{hours}, stay {dwell}', off: 'disabled', enable: 'Enable', disable: 'Disable', edit: 'Change', remove: 'Remove', removed: 'Removed zone {name}', restored: 'Restored zone {name}', added: 'Drawn: {name}', changed: 'Changed: {name}', disabled: 'Disabled: {name}', enabled: 'Enabled: {name}',
      draw: 'Tap each corner on the picture; tap the first again to close', draw_keys: 'Keys: arrows move the cross, Space sets a corner, Enter closes, Backspace takes one away, Esc gives up', move: 'Drag a corner; or choose one and use the arrows, Delete takes it away', points: '{n} corners', close: 'Close', undo_point: 'One back', again: 'Draw anew', point: 'Corner {n}', few: 'At least three corners', many: 'Too many corners', crossed: 'Its edges cross: move a corner', small: 'Too small: draw it larger', need_name: 'Give it a name', need_dwell: '10 s to 24 h', same_hours: 'The same twice means all day', not_yours: 'Administrators and supervisors draw zones', preset: { fire_lane: 'Fire lane', dumping: 'Rubbish point', parking: 'No parking' },
    },
    uptime: {
      title: 'Online and seeing', month: 'Month', by: 'By', camera: 'Camera', place: 'Place', name: 'Name', watched: 'To be watched', online: 'Online', seeing: 'Seeing', worst: 'Worst first', csv: 'Export CSV', none: 'No camera was watched in this month', n: '{n} rows', hours: '{n} h', all: 'In all', sort: 'Sort by {what}', days: '{n} days',
    },
  },
};
export default eyes;

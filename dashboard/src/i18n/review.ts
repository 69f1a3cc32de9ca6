// The review page and the printed shift log.
import type { Area } from './index';

const review: Area = {
  zh: {
    title: '回查与考核', tab: { story: '经过', clip: '录像证据', tour: '轮巡', finding: '画面异常', outage: '断联', uptime: '在线率' }, links: { log: '交接班日志' }, export: '导出 CSV', logout: '退出', unit_n: '队伍 {n}', user_n: '用户 {n}', behalf: '代 {unit}', from_place: '距地点 {n} 米', system: '系统',
    role: { operator: '值机台', lead: '带班', supervisor: '带班领导', other: '其他' },
    template: { alert: '告警', escalation: '逾期上报', dispatch: '派单', recall: '撤回', timed_out: '接单超时', closed: '结案', rework: '返工', returned: '退单', round_open: '巡更待出发', round_incomplete: '巡更未完成', other: '通知' },
    noun: { alert: '警情', ticket: '工单', event: '事件' },
    range: { h24: '24 时', d7: '7 天', d30: '30 天', custom: '自定' },
    f: { from: '从', to: '到', state: '状态', category: '类别', kind: '种类', subject: '对象', place: '地点', unit: '队伍', person: '人员', text: '编号或原话', all: '全部', clear: '清除' },
    subject: { alert: '警情', ticket: '工单', round: '巡更', camera: '摄像机', unit: '队伍', outbox: '通知', checkin: '签到', session: '会话', user: '用户', watch: '值机', worker: '进程', center: '中心', reader: '巡更机', shift: '班次', file: '文件', clip: '录像证据', recorder: '录像机', tour: '轮巡', tour_run: '轮巡', spot: '大屏画面', finding: '画面异常', outage: '断联', zone: '区域', rule: '规则' },
    list: { count: '已列出 {n} 条，新到旧', looked: '看过 {n} 条', more: '再取', end: '已到底', none: '没有符合的记录', busy: '正在查', time: '时间', p: '级', what: '事件', where: '地点', arrive: '到场', state: '状态', who: '谁', concl: '结论', keys: '选择', open: '看经过', fresh: '有新记录' },
    rate: { title: '到场用时', over: '按下面列出的 {all} 件工单算：应 5 分钟到场且已有结果的 {n} 件', none: '列出的工单里没有应 5 分钟到场的', in_five: '5 分钟内 {n} 件', late: '超时 {n} 件', running: '在途未到时限 {n} 件，不计', median: '中位 {t}', slowest: '最慢 {t}', partial: '还有更早的未列出', look: '到场用时按工单算：看工单列表' },
    story: {
      title: '责任倒查', none: '选一条警情或工单，看它的经过', not_incident: '这条事件不属于警情或工单', first: '{time} 首见', took: '到场', spare: '余 {t}', over: '超 {t}', no_arrival: '未到场', not_promised: '无到场时限', lanes: '谁在何时被告知、做了什么', limit: '5 分钟', limit_off: '限 +5:00 →', and: '、', later: '图外还有 {n} 项，见下表', told: '告知', whom: '谁', channel: '渠道', about: '事由', queued: '发出', delivered: '送达', read: '已读', answered: '答复', result: '结果', no_told: '没有通知', clocks: '时限', kind: '环节', due: '限', done: '完成', by: '余或超', kept: '守时', missed: '超时', running: '计时中', files: '照片', no_files: '没有照片', journal: '日志', seq: '序号', who: '谁', did: '做了什么', words: '内容', hash: '哈希 BLAKE2b-256，下载后可用 b2sum -l 256 核对', download: '下载原件', loading: '正在取', unread: '未读', not_delivered: '未送达', by_user: '{role} · {user}', desk_auto: '席位画面', chain: '日志 #{from}–#{to}',
    },
    role_file: { before: '到场照', after: '处置后', still: '抓拍' }, ch: { desk: '席位', phone: '手机' },
    clip: { source: '来源', unlocked: '未锁定', asked: '{n} 段等批准' },
    log: {
      title: '交接班日志', c_tours: '轮巡应看 {n} 次，看完 {done}，漏看 {missed}', tours: '视频轮巡', tours_none: '本班没有轮巡', no_looks: '还没有人看', unseen: '未看到 {what}', shift: '{kind} {from} 至 {to}', made: '{time} 打印', print: '打印', csv: 'CSV', back: '返回', loading: '正在取', which: '班次', now: '当前班次', watch: '值机', no_watch: '本班无人入席', from_to: '{seat}席 {from}–{to}', still: '在席',
      counts: '本班数字', c_alerts: '警情 P1 {p1} · P2 {p2} · P3 {p3} · P4 {p4}', c_false: '误报 {n}', c_tickets: '工单 {n}，结案 {closed}', c_arrive: '5 分钟到场 {in}/{n}', c_words: '5 分钟答复 {in}/{n}', c_rounds: '巡更 {n} 轮，完成 {done}，漏检 {missed} 点',
      open: '未了事项，交下一班', open_none: '没有未了事项', happened: '本班已了结（P1 至 P3 与工单）', happened_none: '没有已了结的', rounds: '巡更', rounds_none: '本班没有已到时间的巡更', cameras: '故障摄像机', missed: '漏检：{what}', rest: '另有 {n} 条未印，见 CSV', p4: 'P4 提示 {n} 条，见 CSV',
      h_time: '时间', h_code: '编号', h_what: '事项', h_where: '地点', h_state: '状态', h_who: '经办', journal: '日志末号 #{seq}，哈希 {hash}', signed: '末次签名 #{seq}，{time}，{sig}', unsigned: '日志尚未签名', out: '交班人', in: '接班人', lead: '带班领导', sign: '签名', at: '时间', notes: '交接说明', colon: '：',
    },
  },
  en: {
    title: 'Review', tab: { story: 'Incidents', clip: 'Clips', tour: 'Tours', finding: 'Findings', outage: 'Outages', uptime: 'Uptime' }, links: { log: 'Shift log' }, export: 'Export CSV', logout: 'Log out', unit_n: 'Unit {n}', user_n: 'User {n}', behalf: 'for {unit}', from_place: '{n} m from the place', system: 'System',
    role: { operator: 'Desk', lead: 'Lead', supervisor: 'Supervisor', other: 'Other' },
    template: { alert: 'Alert', escalation: 'Escalation', dispatch: 'Dispatch', recall: 'Recall', timed_out: 'Not accepted', closed: 'Closed', rework: 'Rework', returned: 'Returned', round_open: 'Round to start', round_incomplete: 'Round incomplete', other: 'Message' },
    noun: { alert: 'Alerts', ticket: 'Tickets', event: 'Events' },
    range: { h24: '24 h', d7: '7 days', d30: '30 days', custom: 'Other' },
    f: { from: 'From', to: 'To', state: 'State', category: 'Category', kind: 'Kind', subject: 'Subject', place: 'Place', unit: 'Unit', person: 'Person', text: 'Code or words', all: 'All', clear: 'Clear' },
    subject: { alert: 'Alert', ticket: 'Ticket', round: 'Round', camera: 'Camera', unit: 'Unit', outbox: 'Message', checkin: 'Check-in', session: 'Session', user: 'User', watch: 'Watch', worker: 'Worker', center: 'Center', reader: 'Reader', shift: 'Shift', file: 'File', clip: 'Clip', recorder: 'Recorder', tour: 'Tour', tour_run: 'Tour', spot: 'Wall picture', finding: 'Finding', outage: 'Outage', zone: 'Zone', rule: 'Rule' },
    list: { count: '{n} listed, newest first', looked: '{n} looked at', more: 'Fetch more', end: 'That is all', none: 'Nothing fits', busy: 'Searching', time: 'Time', p: 'P', what: 'What', where: 'Where', arrive: 'Arrival', state: 'State', who: 'Who', concl: 'Outcome', keys: 'choose', open: 'story', fresh: 'There is news' },
    rate: { title: 'Arrival', over: 'Over the {all} tickets listed below: {n} promised an arrival in 5 min and are decided', none: 'No listed ticket promised an arrival in 5 min', in_five: '{n} within 5 min', late: '{n} late', running: '{n} still within their time, not counted', median: 'Median {t}', slowest: 'Slowest {t}', partial: 'Older ones are not listed', look: 'Arrival is measured on tickets: see that list' },
    story: {
      title: 'Who knew what, when', none: 'Choose an alert or a ticket to see its story', not_incident: 'This event belongs to no alert or ticket', first: 'First seen {time}', took: 'Arrival', spare: '{t} to spare', over: '{t} over', no_arrival: 'No arrival', not_promised: 'No arrival promised', lanes: 'Who was told what, and did what', limit: '5 min', limit_off: 'limit +5:00 →', and: ', ', later: '{n} more beyond the chart, see below', told: 'Told', whom: 'Whom', channel: 'Channel', about: 'About', queued: 'Sent', delivered: 'Delivered', read: 'Read', answered: 'Answered', result: 'Result', no_told: 'Nobody was told', clocks: 'Clocks', kind: 'Step', due: 'Due', done: 'Done', by: 'Spare or over', kept: 'Kept', missed: 'Missed', running: 'Running', files: 'Photos', no_files: 'No photos', journal: 'Journal', seq: 'No.', who: 'Who', did: 'Did', words: 'Detail', hash: 'BLAKE2b-256; check a download with b2sum -l 256', download: 'Download', loading: 'Loading', unread: 'Unread', not_delivered: 'Undelivered', by_user: '{role} · {user}', desk_auto: 'Seat screens', chain: 'Journal #{from}–#{to}',
    },
    role_file: { before: 'On arrival', after: 'Afterwards', still: 'Still' }, ch: { desk: 'Seats', phone: 'Phone' },
    clip: { source: 'Source', unlocked: 'not locked', asked: '{n} to be allowed' },
    log: {
      title: 'Shift log', c_tours: '{n} tours due, {done} done, {missed} missed', tours: 'Camera tours', tours_none: 'No tour in this shift', no_looks: 'Nobody has looked yet', unseen: 'not seen: {what}', shift: '{kind} shift, {from} to {to}', made: 'Printed {time}', print: 'Print', csv: 'CSV', back: 'Back', loading: 'Loading', which: 'Shift', now: 'Present shift', watch: 'On watch', no_watch: 'Nobody took a seat in this shift', from_to: 'seat {seat}, {from}–{to}', still: 'now',
      counts: 'The shift in figures', c_alerts: 'Alerts P1 {p1} · P2 {p2} · P3 {p3} · P4 {p4}', c_false: '{n} false', c_tickets: '{n} tickets, {closed} closed', c_arrive: 'Arrived in 5 min {in}/{n}', c_words: 'Answered in 5 min {in}/{n}', c_rounds: '{n} rounds, {done} complete, {missed} points missed',
      open: 'Open, for the next shift', open_none: 'Nothing is open', happened: 'Settled in this shift (P1 to P3, tickets)', happened_none: 'Nothing was settled', rounds: 'Rounds', rounds_none: 'No round was due in this shift yet', cameras: 'Cameras out', missed: 'Missed: {what}', rest: '{n} more not printed, see the CSV', p4: '{n} P4 notes, see the CSV',
      h_time: 'Time', h_code: 'Code', h_what: 'What', h_where: 'Where', h_state: 'State', h_who: 'Who', journal: 'Journal ends at #{seq}, hash {hash}', signed: 'Last signed #{seq}, {time}, {sig}', unsigned: 'The journal has not been signed yet', out: 'Handed over by', in: 'Taken over by', lead: 'Supervisor', sign: 'Signature', at: 'Time', notes: 'Notes', colon: ': ',
    },
  },
};
export default review;

// The wall. English is the short list: a line that does not fit a wall is a line nobody reads.
import type { Area } from './index';

const wall: Area = {
  zh: {
    plan: '态势图', plan_counts: '{groups} 组 · {buildings} 栋 · {cameras} 路', units_out: '{n} 队在岗', focus: '聚焦 {where}（P{p} 自动）',
    alerts: '告警', open: '未闭环 {n} · 待确认 {unacked}', quiet: '无待处置告警', quiet_grave: '无 P1 P2 告警', last: '上一条 {time} P{p} {what} 已闭环，距今 {age}', none_yet: '本班尚无告警', total: '共 {n} 条',
    kpi_alerts: '本班告警', kpi_five: '5分钟到场', kpi_slowest: '最慢到场', kpi_false: '误报',
    left: '距 5 分钟', over: '已超 5 分钟', arrived: '到场用时', to_ack: '确认剩余', to_act: '处置剩余', since: '已过',
    unacked: '待确认', acked: '{who} 已确认', acked_undone: '{who} 已确认 待派单', returned: '已恢复，未确认', escalated: '已报第 {n} 级', accept_left: '{unit} 待接单', en_route: '{unit} 在途', away: '距 {m}',
    accepted: '{unit} 已接单', on_scene: '{unit} 已到场', handling: '{unit} 处置中', close_req: '{unit} 申请结单 待核查', filed: '待派单', lead: '待带班派单', closed: '工单已结 待结论', nobody: '无人接手',
    p3: '{what}', soonest: '最紧 {time}', more: '等 {n} 条', cameras_gone: '{n} 路摄像机故障', in_repair: '已派修', to_repair: '待派修', all_over: '均已恢复',
    group: '{n}组', video_rotate: '轮巡',
    tickets: '工单', today: '今日 {n} 件 · 办结 {closed}', late: '超时 {n}', soon: '临期 {n}', no_tickets: '今日无工单',
    s_reported: '点单', s_filed: '立案', s_dispatched: '派单', s_accepted: '接单', s_scene: '到场', s_check: '核查', s_closed: '结案',
    rounds: '巡更', rounds_out: '{n} 队巡更中', rounds_none: '此刻无巡更', rounds_next: '下一轮 {time} {name}', r_ontime: '准点', r_late: '迟', r_missed: '漏 {n}', r_diverted: '转派', r_due: '待出发', r_at: '{time} 开始', r_until: '至 {time}', r_unknown: '未知 {n}', r_done: '完成',
    cameras: '摄像机', normal: '正常 {n} / {all}', worker_down: '采集进程失联：画面状态未知', worker_some: '一个采集进程失联：{n} 路无人看守', checkin_down: '签到进程失联', c_lost: '离线 {n}', c_stalled: '冻结 {n}', c_refused: '拒绝 {n}', c_unsupported: '不支持 {n}', c_unknown: '未知 {n}', c_connecting: '连接 {n}', c_off: '检修 {n}', c_blind: '看不见 {n}', blind: '盲区 {n} 处', blind_one: '盲区 {where}', outage: '{cause} {n} 路离线并 1 条', all_normal: '全部正常',
    duty: '在岗', duty_none: '无队伍在岗', u_free: '空闲', u_round: '巡更', u_off: '未上岗', u_unseen: '手机不可见', u_old: '位置 {age}前', u_nopos: '无位置', events: '动态', no_events: '暂无动态',
    seat: '{n}席', seat_none: '无人值机', load: '条/10分', seats_more: '另有 {n} 席', shift: '{kind} {from}–{to}',
  },
  en: {
    plan: 'Plan', plan_counts: '{groups} groups · {buildings} buildings · {cameras} cameras', units_out: '{n} on duty', focus: 'Focus {where} (P{p})',
    alerts: 'Alerts', open: '{n} open · {unacked} not acked', quiet: 'No open alerts', quiet_grave: 'No P1 or P2', last: 'Last: {time} P{p} {what}, closed {age} ago', none_yet: 'None this shift', total: '{n} in all',
    kpi_alerts: 'This shift', kpi_five: 'In 5 min', kpi_slowest: 'Slowest', kpi_false: 'False',
    left: 'of 5 min left', over: 'over 5 min', arrived: 'to arrive', to_ack: 'to ack', to_act: 'to act', since: 'elapsed',
    unacked: 'Not acked', acked: 'Acked {who}', acked_undone: 'Acked {who}, to dispatch', returned: 'Over, not acked', escalated: 'level {n}', accept_left: '{unit} to accept', en_route: '{unit} en route', away: '{m}',
    accepted: '{unit} accepted', on_scene: '{unit} on scene', handling: '{unit} handling', close_req: '{unit} to check', filed: 'To dispatch', lead: 'Lead decides', closed: 'Done, to conclude', nobody: 'Nobody yet',
    p3: '{what}', soonest: 'Next {time}', more: '{n} in all', cameras_gone: '{n} camera fault | {n} camera faults', in_repair: 'In repair', to_repair: 'To repair', all_over: 'All over',
    group: 'Group {n}', video_rotate: 'in turn',
    tickets: 'Tickets', today: '{n} today · {closed} closed', late: '{n} late', soon: '{n} due', no_tickets: 'No tickets today',
    s_reported: 'New', s_filed: 'Filed', s_dispatched: 'Sent', s_accepted: 'Taken', s_scene: 'There', s_check: 'Check', s_closed: 'Done',
    rounds: 'Rounds', rounds_out: '{n} under way', rounds_none: 'No round now', rounds_next: 'Next {time} {name}', r_ontime: 'On time', r_late: 'Late', r_missed: '{n} missed', r_diverted: 'Diverted', r_due: 'To start', r_at: 'At {time}', r_until: 'to {time}', r_unknown: '{n} unknown', r_done: 'Done',
    cameras: 'Cameras', normal: '{n} / {all} live', worker_some: 'One worker gone: {n} cameras unwatched', worker_down: 'Worker gone: cameras unknown', checkin_down: 'Check-in worker gone', c_lost: '{n} offline', c_stalled: '{n} frozen', c_refused: '{n} refused', c_unsupported: '{n} no codec', c_unknown: '{n} unknown', c_connecting: '{n} opening', c_off: '{n} off', c_blind: 'Blind {n}', blind: '{n} blind grids', blind_one: 'Blind: {where}', outage: '{cause}: {n} cameras, one cause', all_normal: 'All live',
    duty: 'On duty', duty_none: 'Nobody on duty', u_free: 'Free', u_round: 'On round', u_off: 'Off duty', u_unseen: 'Phone hidden', u_old: 'Place {age} old', u_nopos: 'No place', events: 'News', no_events: 'Nothing yet',
    seat: 'Seat {n}', seat_none: 'No operator', load: '/10 min', seats_more: '{n} more seats', shift: '{kind} {from}–{to}',
  },
};
export default wall;

// Pictures that move: what a tile says about the one it shows, clips, the wall's two spots.
import type { Area } from './index';

const live: Area = {
  zh: {
    word: { live: '实时 {age}', catching: '追赶中 {age}', late: '迟 {age}', stills: '静图 {age}', playback: '回看 {time}', paused: '停在 {time}', not_live: '非实时 {age}', off: '停用' },
    connecting: '连接中 {age}', stalled: '冻结 {age}', stands: '回看停住 {age}', frozen: '画面不动 {age}', frozen_hint: '视频在传，画面一直相同', ended: '视频已结束', playback_ended: '回看已结束', refused: '无权查看',
    unsupported: '浏览器不能播放 {codec}', unsupported_hint: '请导出后用播放器打开',
    skipped: '跳过 {n} 帧', instead: '主码流打不开，改看子码流',
    unable: { codec: '浏览器不支持 {codec}，每秒一张', decode: '浏览器解码失败，每秒一张', full: '本页视频已满 16 路，每秒一张', busy: '中心视频路数已满，每秒一张' },
    stream: { watched: '子码流', main: '主码流', title: '码流' },
    ptz: { title: '预置位', none: '摄像机没有报预置位：请管理员在设置里重新读取。', home: '归位', away: '已转到 {name}', going: '正在转到 {name}', going_home: '正在归位', failed: '没有转动：{cause}', back_soon: '转开期间不判断画面；3 分钟无人转动即自动归位。', stays: '没有设归位预置位：转开期间不判断画面，直到有人转回。' },
    keys: { turn: '1–9 转动 · 0 归位 · Shift+1–6 邻近', near: '1–6 邻近', look: 'F 取证 · W 回看', stream: 'M 换码流' },
    map: { keys: 'G 矩阵 · + − 缩放 · 0 全图 · 方向键移动 · 拖动、滚轮也行 · 点画面看实时', title: '地图', matrix: '矩阵', in: '放大', out: '缩小', all: '全图', nowhere: '{n} 路没有位置' },
    clip: { then: '首见', title: '录像', more: '录像 +{n}', span: '{from}…{to} 秒', coming: '录制中，还有 {n} 秒', saving: '正在保存 {code}：前 {before} 秒到后 {after} 秒' },
    look: { title: '看画面', save: '取证', wall: '上大屏', on_wall: '在大屏 {n}', pinned: '固定在大屏 {n}', back: '回看' },
    spot: { title: '大屏的两个画面', n: '大屏 {n}', empty: '轮巡', in_turn: '没有 P1 P2，画面轮巡', pinned: '{who} 固定', pinned_short: '固定', follows: '跟随 P{p} {what}', release: '释放', pin: '固定 {code}', rule: '平时按规则跟随 P1、P2；固定的画面一直留着，直到释放。', done_pin: '{code} 已固定在大屏 {n}', done_release: '大屏 {n} 已释放，跟随警情' },
  },
  en: {
    word: { live: 'Live {age}', catching: 'Catching up {age}', late: '{age} late', stills: 'Still {age}', playback: 'Then {time}', paused: 'Held at {time}', not_live: 'Not live {age}', off: 'Disabled' },
    connecting: 'Connecting {age}', stalled: 'Frozen {age}', stands: 'Stands still {age}', frozen: 'Does not change {age}', frozen_hint: 'Video comes, always the same picture', ended: 'Video ended', playback_ended: 'Playback ended', refused: 'Not for you to see',
    unsupported: 'This browser cannot play {codec}', unsupported_hint: 'Export it and use a player',
    skipped: 'Skipped {n} pictures', instead: 'Main stream does not open: sub-stream',
    unable: { codec: 'No {codec} here: one still a second', decode: 'Decoder failed: one still a second', full: '16 videos on this page: one still a second', busy: 'Center shows its most videos: one still a second' },
    stream: { watched: 'Sub-stream', main: 'Main stream', title: 'Stream' },
    ptz: { title: 'Presets', none: 'The camera named none: let the administrator read them again.', home: 'Home', away: 'Turned to {name}', going: 'Turning to {name}', going_home: 'Turning home', failed: 'Did not turn: {cause}', back_soon: 'While it is away its picture is not judged; it goes home 3 min after the last turn.', stays: 'No home preset is set: its picture is not judged until somebody turns it back.' },
    keys: { turn: '1–9 turn · 0 home · Shift+1–6 nearby', near: '1–6 nearby', look: 'F keep · W back', stream: 'M stream' },
    map: { keys: 'G matrix · + − zoom · 0 all · arrows move · drag and wheel too · a picture opens live', title: 'Plan', matrix: 'Matrix', in: 'Closer', out: 'Further', all: 'All', nowhere: '{n} without a position' },
    clip: { then: 'First', title: 'Clip', more: 'Clip +{n}', span: '{from}…{to} s', coming: 'recording, {n} s to come', saving: 'Saving {code}: {before} s before to {after} s after' },
    look: { title: 'Look', save: 'Keep', wall: 'To wall', on_wall: 'On wall {n}', pinned: 'Pinned, wall {n}', back: 'Back' },
    spot: { title: 'The wall’s two pictures', n: 'Wall {n}', empty: 'In turn', in_turn: 'No P1 or P2: in turn', pinned: 'Pinned by {who}', pinned_short: 'Pinned', follows: 'P{p} {what}', release: 'Release', pin: 'Pin {code}', rule: 'They follow P1 and P2 by rule; a pinned picture stays until it is released.', done_pin: '{code} pinned on wall {n}', done_release: 'Wall {n} follows alerts again' },
  },
};
export default live;

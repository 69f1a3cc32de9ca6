// Pictures that move: what a tile says about the one it shows, clips, the wall's two spots.
import type { Area } from './index';

const live: Area = {
  zh: {
    word: { live: '实时 {age}', catching: '追赶中 {age}', late: '迟 {age}', stills: '静图 {age}', playback: '回看 {time}', paused: '停在 {time}', not_live: '非实时 {age}', off: '停用' },
    connecting: '连接中 {age}', stalled: '画面停住 {age}', stands: '回看停住 {age}', frozen: '画面不动 {age}', frozen_hint: '视频在传，画面一直相同', ended: '视频已结束', playback_ended: '回看已结束', refused: '无权查看',
    unsupported: '浏览器不能播放 {codec}', unsupported_hint: '请导出后用播放器打开',
    skipped: '跳过 {n} 帧', instead: '主码流打不开，改看子码流',
    unable: { codec: '浏览器不支持 {codec}，每秒一张', decode: '浏览器解码失败，每秒一张', full: '本页视频已满 16 路，每秒一张', busy: '中心视频路数已满，每秒一张' },
    stream: { watched: '子码流', main: '主码流', title: '码流' },
  },
  en: {
    word: { live: 'Live {age}', catching: 'Catching up {age}', late: '{age} late', stills: 'Still {age}', playback: 'Then {time}', paused: 'Held at {time}', not_live: 'Not live {age}', off: 'Disabled' },
    connecting: 'Connecting {age}', stalled: 'Stands still {age}', stands: 'Stands still {age}', frozen: 'Does not change {age}', frozen_hint: 'Video comes, always the same picture', ended: 'Video ended', playback_ended: 'Playback ended', refused: 'Not for you to see',
    unsupported: 'This browser cannot play {codec}', unsupported_hint: 'Export it and use a player',
    skipped: 'Skipped {n} pictures', instead: 'Main stream does not open: sub-stream',
    unable: { codec: 'No {codec} here: one still a second', decode: 'Decoder failed: one still a second', full: '16 videos on this page: one still a second', busy: 'Center shows its most videos: one still a second' },
    stream: { watched: 'Sub-stream', main: 'Main stream', title: 'Stream' },
  },
};
export default live;

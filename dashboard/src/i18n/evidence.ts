// Clips: what a camera showed, kept as proof.
import type { Area } from './index';

const evidence: Area = {
  zh: {
    title: '录像证据', none: '没有录像', of_alert: '这条警情的录像', unit_s: '{n} 秒', mb: '{n} MB', frames: '{n} 帧', broken: '{n} 帧缺损', n: '{n} 段',
    state: { asked: '待批准', waiting: '正在保存', saved: '已保存', failed: '没有存成', refused: '已驳回', removed: '已到期移除' },
    source: { ring: '即时', recorder: '录像机' },
    asked: '{who} {time} 申请', by_rule: '随警情自动保存', allowed: '{who} {time} 批准', refused_by: '{who} {time} 驳回', words: '用途', locked: '已锁定', locked_by: '{who} 锁定', kept_until: '保留到 {date}', kept_locked: '锁定期间一直保留', hash: 'BLAKE2b-256 哈希', hash_check: '下载后用 b2sum -l 256 核对，两者必须一字不差', no_hash: '还没有文件',
    why: {
      not_live: '那时摄像机没有画面：查它的断联记录，或到录像机上回看。', no_pictures: '那段时间没有收到画面：到录像机上回看同一时刻。', no_footage: '录像机没有那段时间的录像：换一个时刻，或查录像机的保存天数。', no_recorder: '这路摄像机没有登记录像机和通道：请管理员填写后再申请。', recorder_full: '录像机同时回放的路数已满：等别人看完再申请。', recorder_refused: '录像机拒绝了：请管理员核对用户名、密码和地址模板。', worker_gone: '采集进程当时中断，内存里的画面没有了：到录像机上回看。', storage_full: '磁盘已满：腾出空间后再申请。', too_large: '这一段太大：分成几段，各短一些。', timeout: '到时没有取到：再申请一次；仍不行请告知管理员。', busy: '同时在取的太多：稍后再申请。', denied: '申请被驳回。', unknown: '原因不明：请告知管理员。',
    },
    waiting_more: '还要等 {n} 秒画面', waiting_file: '正在写入', waiting_recorder: '正从录像机取，用时与片长相同', asked_hint: '带班领导批准后从录像机取', removed_hint: '按规定只保留到 {date}；哈希和日志仍在。', file_bad: '放不了这个文件：{why}', codec_bad: '浏览器不能播放 {codec}：导出后用播放器看。', unknown_codec: '这种编码', gone: '文件读不出来。',
    play: '播放', pause: '暂停', replay: '重放', back1: '退 1 秒', on1: '进 1 秒', seek: '位置', mark: '警情', past: '录像', at: '{time} 的画面', keys: '空格 播放 · , . 退进 1 秒 · \\ 重放',
    act: { allow: '批准', refuse: '驳回', lock: '锁定', unlock: '解锁', export: '导出', ask: '申请取证', back: '回看', play: '看' },
    own_asked: '本人申请的，要由别人批准',
    ask: { title: '保存为证据', camera: '摄像机', from: '从', to: '到', length: '{n} 秒', words: '用途（谁要，为什么）', words_lack: '写明用途：谁要，为什么', do: '保存', as_supervisor: '从录像机取，立即开始，日志记下是您批准的。', as_operator: '超出内存的部分要从录像机取：带班领导批准后开始。', from_ring: '还在内存里，立即保存。', none: '先定起点和终点', order: '终点要在起点之后', long: '一次最多 5 分钟', future: '终点最多在一分钟之后', done_asked: '已申请，等带班领导批准', done_waiting: '已开始保存' },
    allow: { title: '批准取证？', refuse_title: '驳回取证？', words: '意见', words_lack: '驳回要写原因', do: '批准', do_refuse: '驳回', done: '已批准，开始从录像机取', done_refuse: '已驳回' },
    lock: { title: '锁定录像', unlock_title: '解锁录像', hint: '锁定后到期也不移除。', unlock_hint: '解锁后按规定期限移除：{date}。', unlock_now: '解锁后期限已过，随即移除。', words: '理由', words_lack: '写明理由', done: '已锁定', undone: '已解锁' },
    export: { title: '导出录像', hint: '导出已记入日志：谁、何时、哪一段。', download: '下载文件', hash: '下载的文件必须有这个哈希', check: '核对：', journal: '日志 #{seq}', busy: '正在登记导出' },
  },
  en: {
    title: 'Evidence', none: 'No clips', of_alert: 'Clips of this alert', unit_s: '{n} s', mb: '{n} MB', frames: '{n} frames', broken: '{n} frames damaged', n: '{n} clips',
    state: { asked: 'To be allowed', waiting: 'Being saved', saved: 'Saved', failed: 'Not saved', refused: 'Refused', removed: 'Removed, its time was over' },
    source: { ring: 'at once', recorder: 'recorder' },
    asked: '{who} asked at {time}', by_rule: 'Saved with the alert', allowed: '{who} allowed it at {time}', refused_by: '{who} refused it at {time}', words: 'Purpose', locked: 'Locked', locked_by: 'locked by {who}', kept_until: 'Kept until {date}', kept_locked: 'Kept while it is locked', hash: 'BLAKE2b-256 hash', hash_check: 'Check a download with b2sum -l 256: both must be equal, letter by letter', no_hash: 'No file yet',
    why: {
      not_live: 'The camera had no picture then: see its outages, or look back at the recorder.', no_pictures: 'No pictures came at that time: look back at the recorder.', no_footage: 'The recorder has nothing for that time: choose another one, or see how many days it holds.', no_recorder: 'This camera has no recorder and channel: let the administrator fill them in, then ask again.', recorder_full: 'The recorder plays to as many as it can: wait until another has finished, then ask again.', recorder_refused: 'The recorder refused: let the administrator check name, password and address.', worker_gone: 'The camera worker stopped and its memory is gone: look back at the recorder.', storage_full: 'The disk is full: make room, then ask again.', too_large: 'Too large: ask for several shorter parts.', timeout: 'It did not come in time: ask again; if it fails again tell the administrator.', busy: 'Too many are being taken: ask again a little later.', denied: 'It was refused.', unknown: 'For an unknown reason: tell the administrator.',
    },
    waiting_more: '{n} s of it still to come', waiting_file: 'Being written', waiting_recorder: 'Coming from the recorder, as long as it plays', asked_hint: 'Taken from the recorder when a supervisor allows it', removed_hint: 'Kept until {date} by rule; its hash and its journal stay.', file_bad: 'Cannot play this file: {why}', codec_bad: 'This browser cannot play {codec}: export it and use a player.', unknown_codec: 'this format', gone: 'The file cannot be read.',
    play: 'Play', pause: 'Pause', replay: 'Replay', back1: '1 s back', on1: '1 s on', seek: 'Position', mark: 'Alert', past: 'Recording', at: 'Picture of {time}', keys: 'Space plays · , . 1 s back, on · \\ replays',
    act: { allow: 'Allow', refuse: 'Refuse', lock: 'Lock', unlock: 'Unlock', export: 'Export', ask: 'Ask for a clip', back: 'Look back', play: 'Show' },
    own_asked: 'You asked for it: somebody else must allow it',
    ask: { title: 'Save as evidence', camera: 'Camera', from: 'From', to: 'To', length: '{n} s', words: 'Purpose (for whom, and why)', words_lack: 'Say for whom, and why', do: 'Save', as_supervisor: 'Taken from the recorder at once; the journal says that you allowed it.', as_operator: 'It must come from the recorder: it begins when a supervisor allows it.', from_ring: 'Still in memory: saved at once.', none: 'Set a beginning and an end', order: 'The end must come after the beginning', long: '5 minutes at most', future: 'It may end a minute from now at most', done_asked: 'Asked; a supervisor must allow it', done_waiting: 'Being saved' },
    allow: { title: 'Allow this clip?', refuse_title: 'Refuse this clip?', words: 'Remark', words_lack: 'Say why it is refused', do: 'Allow', do_refuse: 'Refuse', done: 'Allowed; it is coming from the recorder', done_refuse: 'Refused' },
    lock: { title: 'Lock this clip', unlock_title: 'Unlock this clip', hint: 'A locked clip stays after its time.', unlock_hint: 'Unlocked it is removed by rule after {date}.', unlock_now: 'Its time is over: unlocked it is removed at once.', words: 'Reason', words_lack: 'Say why', done: 'Locked', undone: 'Unlocked' },
    export: { title: 'Export a clip', hint: 'The journal now says who exported what, and when.', download: 'Download', hash: 'The file must have this hash', check: 'To check: ', journal: 'Journal #{seq}', busy: 'Writing it down' },
  },
};
export default evidence;

#pragma once
#include "daemon/base/error.h"

/* Every sentence with which core or the ledger refuses, in both languages, in one table.
 * The GError's message is the English sentence; gw_refusal_zh() finds its Chinese twin, so the wire
 * can send both.  A sentence says what to do next, not what we think of the attempt.
 *
 * Thread: any.  Strings are static. */
#define GW_REFUSALS(X)                                                                                       \
  X(ALERT_NO_SUCH_MOVE, ILLEGAL, "This alert cannot do that now: look at its state.",                        \
    "警情当前状态不能这样操作，请查看其状态。")                                                              \
  X(ALERT_CLOSED, ILLEGAL, "This alert is closed.", "该警情已关闭。")                                        \
  X(ALERT_ALREADY_ACKED, ILLEGAL, "Already acknowledged: somebody is on it.", "已有人确认该警情。")          \
  X(ALERT_ACK_FIRST, ILLEGAL, "Acknowledge the alert first.", "请先确认警情。")                              \
  X(ALERT_NEEDS_DISPOSITION, ILLEGAL, "The condition has ended: close it with a disposition.",               \
    "现象已消失，请选择处置结论后关闭。")                                                                    \
  X(ALERT_HAS_TICKET, ILLEGAL, "This alert already has a ticket.", "该警情已有工单。")                       \
  X(ALERT_BAD_DISPOSITION, BAD_ARGS, "Say which: real, false, test or duplicate.",                           \
    "请选择结论：真实、误报、测试或重复。")                                                                  \
  X(TICKET_NO_SUCH_MOVE, ILLEGAL, "This ticket cannot do that now: look at its state.",                      \
    "工单当前状态不能这样操作，请查看其状态。")                                                              \
  X(TICKET_OVER, ILLEGAL, "This ticket is closed.", "该工单已结束。")                                        \
  X(TICKET_NOT_YOURS, FORBIDDEN, "This ticket is with another unit.", "该工单已派给其他队伍。")              \
  X(TICKET_NEEDS_UNIT, BAD_ARGS, "Say which unit is to go.", "请指定派往的队伍。")                           \
  X(TICKET_NEEDS_REASON, BAD_ARGS, "Give a reason.", "请填写原因。")                                         \
  X(TICKET_NEEDS_TARGET, BAD_ARGS, "Say which ticket it is merged into.", "请指定并入的工单。")              \
  X(TICKET_RETURNED_TWICE, ILLEGAL, "Already returned twice: call the shift lead, who decides.",             \
    "已退单两次，请联系值班长决定。")                                                                        \
  X(TICKET_LEAD_DECIDES, FORBIDDEN, "The shift lead decides who takes this ticket now.",                     \
    "该工单须由值班长决定派给谁。")                                                                          \
  X(TICKET_RECALL_LATE, ILLEGAL, "Too late to recall: five seconds have passed. Call the unit.",             \
    "已超过5秒，不能撤回，请直接呼叫队伍。")                                                                 \
  X(TICKET_NEEDS_PHOTO, BAD_ARGS, "Add at least one photo taken after the work.",                            \
    "请至少附一张处置后的照片。")                                                                            \
  X(TICKET_NEEDS_BEFORE_PHOTO, BAD_ARGS, "Add a photo taken on arrival.", "请附一张到场时的照片。")          \
  X(TICKET_NEEDS_RESULT, BAD_ARGS, "Say the result.", "请选择处置结果。")                                    \
  X(TICKET_TOO_FAR, BAD_ARGS,                                                                                \
    "You are more than 50 m from the place, or your position is unknown: give a reason.",                    \
    "您距离现场超过50米或位置未知，请说明原因。")                                                            \
  X(TICKET_SAME_PERSON, FORBIDDEN, "Whoever handled it may not check it: ask somebody else.",                \
    "处置人不能核查自己的工单，请由他人核查。")                                                              \
  X(ROUND_NO_SUCH_MOVE, ILLEGAL, "This round cannot do that now: look at its state.",                        \
    "该轮次当前状态不能这样操作，请查看其状态。")                                                            \
  X(ROUND_OVER, ILLEGAL, "This round is over.", "该轮次已结束。")                                            \
  X(ROUND_NOT_OPEN, ILLEGAL, "This round is not open yet: it opens 15 minutes before its start.",            \
    "该轮次尚未开放，开始前15分钟开放。")                                                                    \
  X(POINT_TOO_LATE, ILLEGAL, "Too late to count for this point: 30 minutes after the round are over.",       \
    "已超过轮次结束后30分钟，不能补签。")                                                                    \
  X(POINT_ALREADY_DONE, ILLEGAL, "This point is already done.", "该点位已签到。")                            \
  X(POINT_OFFLINE_LATE, ILLEGAL, "Older than 24 hours: kept, but not counted.",                              \
    "签到记录已超过24小时，已保存但不计入。")                                                                \
  X(PLAN_BAD_TIME, BAD_ARGS, "A time of day is between 00:00 and 23:59.", "时间应在 00:00 至 23:59 之间。")  \
  X(PLAN_NO_DAY, BAD_ARGS, "The plan names no day at all.", "计划没有指定任何日期。")                        \
  X(TOUR_NO_SUCH_MOVE, ILLEGAL, "This tour cannot do that now: look at its state.",                          \
    "轮巡当前状态不能这样操作，请查看其状态。")                                                              \
  X(TOUR_OVER, ILLEGAL, "This run is over: begin the tour anew.", "本次轮巡已结束，请重新开始。")            \
  X(TOUR_NOT_YET, ILLEGAL, "This tour is not due yet: its window opens later.", "本次轮巡尚未到时段。")      \
  X(TOUR_NOT_BEGUN, ILLEGAL, "Begin the tour first.", "请先开始轮巡。")                                      \
  X(TOUR_NO_CAMERAS, ILLEGAL, "This tour has no camera that is switched on: change its cameras.",            \
    "该轮巡没有启用的摄像机，请修改其摄像机。")                                                              \
  X(TOUR_NO_PAGE, BAD_ARGS, "This tour has no such page.", "该轮巡没有这一页。")                             \
  X(TOUR_LOOKED_AT, ILLEGAL, "This page was confirmed already: go on with the next.",                        \
    "这一页已确认，请看下一页。")                                                                            \
  X(TOUR_TOO_FAST, ILLEGAL, "Too fast to have looked: confirm a page after two seconds at the least.",       \
    "确认太快，每页至少看2秒后再确认。")                                                                     \
  X(OUTBOX_NO_SUCH_MOVE, ILLEGAL, "This message cannot do that now.", "该消息当前状态不能这样变化。")         \
  X(PLAYBACK_NOT_RTSP, BAD_ARGS, "A recorder's address begins with rtsp:// or rtsps://.",                    \
    "录像机地址须以 rtsp:// 或 rtsps:// 开头。")                                                             \
  X(PLAYBACK_NO_HOST, BAD_ARGS, "Put the recorder's own address after rtsp://, without a placeholder.",      \
    "rtsp:// 之后须写录像机的地址，不能是占位符。")                                                          \
  X(PLAYBACK_PASSWORD_INSIDE, BAD_ARGS,                                                                      \
    "Take name and password out of the recorder's address: they have fields of their own; {user} and "        \
    "{password} say where they go.",                                                                         \
    "请把用户名和密码从录像机地址中去掉，填在各自的栏里；地址中用 {user}、{password} 标出位置。")            \
  X(PLAYBACK_NO_CHANNEL, BAD_ARGS, "Say in the recorder's address where the camera's number goes: {channel}.", \
    "请在录像机地址中用 {channel} 标出通道号的位置。")                                                       \
  X(PLAYBACK_UNKNOWN_PLACE, BAD_ARGS,                                                                        \
    "A placeholder of a recorder's address is {channel}, {start:…}, {end:…}, {user} or {password}.",         \
    "录像机地址的占位符只有 {channel}、{start:…}、{end:…}、{user} 和 {password}。")                          \
  X(PLAYBACK_BAD_FORMAT, BAD_ARGS,                                                                           \
    "A time in a recorder's address is written with %Y %m %d %H %M %S, as {start:%Y%m%dT%H%M%SZ}, or is "    \
    "{start:unix}; local: in front takes the center's own clock.",                                           \
    "录像机地址中的时间用 %Y %m %d %H %M %S 书写，如 {start:%Y%m%dT%H%M%SZ}，或用 {start:unix}；前面加 local: 表示本地时间。") \
  X(PLAYBACK_OPEN_BRACE, BAD_ARGS, "A brace in the recorder's address has no partner.",                      \
    "录像机地址中的花括号不成对。")                                                                          \
  X(PLAYBACK_END_ALONE, BAD_ARGS,                                                                            \
    "The recorder's address says until when, but not from when: add {start:…}.",                             \
    "录像机地址只写了结束时间，请加上 {start:…}。")                                                          \
  X(PLAYBACK_BAD_CHAR, BAD_ARGS,                                                                             \
    "The recorder's address holds a character that no address may have: a space, a quote, or one that is "   \
    "not ASCII.",                                                                                            \
    "录像机地址中有不允许的字符（空格、引号或非英文字符）。")                                                \
  X(PLAYBACK_TOO_LONG, BAD_ARGS, "A recorder's address has at most 500 characters.",                         \
    "录像机地址最多500个字符。")                                                                             \
  X(PLAYBACK_CAMERA_HAS_NO_CHANNEL, ILLEGAL,                                                                 \
    "This camera has no channel at its recorder: enter it on the camera's page.",                            \
    "该摄像机没有录像机通道号，请在摄像机页面填写。")                                                        \
  X(PLAYBACK_BAD_TIME, BAD_ARGS, "No recorder has footage of that time: look at the date.",                  \
    "录像机不可能有该时间的录像，请检查日期。")                                                              \
  X(BACK_NO_RECORDER, ILLEGAL,                                                                               \
    "This camera's recorder is not registered: an administrator adds it under recorders.",                   \
    "该摄像机的录像机尚未登记，请管理员在“录像机”中登记。")                                                  \
  X(BACK_AHEAD, BAD_ARGS, "Nobody can look back at what is still to come: choose an earlier time.",          \
    "不能回看尚未发生的时间，请选择更早的时间。")                                                            \
  X(CLIP_BACKWARDS, BAD_ARGS, "A clip ends after it begins.", "录像的结束时间须晚于开始时间。")              \
  X(CLIP_TOO_LONG, BAD_ARGS, "One clip holds five minutes at most: save several.",                           \
    "一段录像最长5分钟，请分段保存。")                                                                       \
  X(CLIP_AHEAD, BAD_ARGS, "At most a minute ahead: choose an earlier end.",                                  \
    "最多可预录一分钟，请选择更早的结束时间。")                                                              \
  X(CLIP_NO_RECORDER, ILLEGAL,                                                                               \
    "Too long ago to be in memory, and this camera's recorder is not registered: an administrator adds it "  \
    "under recorders.",                                                                                      \
    "该时间已不在内存中，且该摄像机的录像机尚未登记，请管理员在“录像机”中登记。")                            \
  X(CLIP_NO_CHANNEL, ILLEGAL,                                                                                \
    "Too long ago to be in memory, and this camera has no channel at its recorder: enter it on the "         \
    "camera's page.",                                                                                        \
    "该时间已不在内存中，且该摄像机没有录像机通道号，请在摄像机页面填写。")                                  \
  X(CLIP_TOO_MANY, ILLEGAL, "Too many clips are being made: wait for some of them.",                         \
    "正在保存的录像过多，请等待完成后再试。")                                                                \
  X(CLIP_SAME_PERSON, FORBIDDEN, "Whoever asked may not allow it: ask somebody else.",                       \
    "申请人不能批准自己的申请，请由他人批准。")                                                              \
  X(CLIP_DECIDED, ILLEGAL, "This was decided already.", "该申请已有结论。")                                  \
  X(CLIP_NOT_ALLOWED, ILLEGAL, "Nobody has allowed this clip yet: ask a supervisor.",                        \
    "该录像尚未获批准，请联系主管。")                                                                        \
  X(CLIP_NOT_READY, ILLEGAL, "This clip is still being made: wait a moment.",                                \
    "该录像仍在保存，请稍候。")                                                                              \
  X(CLIP_IS_NONE, ILLEGAL, "This clip could not be made: there is nothing to take.",                         \
    "该录像未能保存，没有可用内容。")                                                                        \
  X(CLIP_GONE, ILLEGAL, "This clip's time was over: it was removed by rule, and its hash is kept.",          \
    "该录像保存期已过，已按规定移除，仅保留其哈希值。")                                                      \
  X(CLIP_LOCKED, ILLEGAL, "This clip is locked already.", "该录像已锁定。")                                  \
  X(CLIP_NOT_LOCKED, ILLEGAL, "This clip is not locked.", "该录像没有锁定。")                                \
  X(CLIP_NO_SUCH_MOVE, ILLEGAL, "This clip cannot do that now: look at its state.",                          \
    "录像当前状态不能这样操作，请查看其状态。")

typedef enum GwRefusal {
#define X(name, code, en, zh) GW_REFUSAL_##name,
  GW_REFUSALS(X)
#undef X
      GW_N_REFUSALS
} GwRefusal;

/* Sets the error and returns FALSE, so that a guard is one line: return gw_refuse(error, GW_REFUSAL_…). */
gboolean gw_refuse(GError **error, GwRefusal why);

const char *gw_refusal_en(GwRefusal why);
GwCode gw_refusal_code(GwRefusal why);
/* The Chinese twin of an English sentence of the table; NULL when it is not from the table. */
const char *gw_refusal_zh(const char *english);

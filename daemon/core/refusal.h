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
  X(OUTBOX_NO_SUCH_MOVE, ILLEGAL, "This message cannot do that now.", "该消息当前状态不能这样变化。")

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

#pragma once
#include "daemon/base/error.h"

/* What net itself says when it refuses, in both languages (core and the ledger have core/refusal.h).
 * Thread: any.  Strings are static. */
#define GW_NET_SENTENCES(X)                                                                               \
  X(LOGIN_FIRST, UNAUTHORIZED, "请先登录。", "Log in first.")                                             \
  X(LOGIN_WRONG, UNAUTHORIZED, "用户名或密码不对。", "Name or password is wrong.")                        \
  X(LOGIN_THROTTLED, THROTTLED, "尝试次数过多，请稍后再试。", "Too many attempts: wait, then try again.")  \
  X(LOGIN_BUSY, BUSY, "正在处理其他登录，请稍后再试。", "Other logins are being checked: try again in a moment.") \
  X(TOKEN_WRONG, UNAUTHORIZED, "令牌无效、已用过或已撤销，请管理员重新发放。",                            \
    "This token is not valid, was used before or is revoked: ask the administrator for a new one.")       \
  X(ROLE_MAY_NOT, FORBIDDEN, "您的角色不能进行此操作。", "Your role may not do this.")                    \
  X(ORIGIN_WRONG, FORBIDDEN, "请求来自其他网站，已拒绝。", "The request comes from another site and was refused.") \
  X(HOST_UNKNOWN, NOT_FOUND, "本中心不使用此地址，请在配置 [http] hosts 中添加。",                        \
    "This center is not known by that name: add it to [http] hosts of its configuration.")                \
  X(NO_SUCH_PAGE, NOT_FOUND, "没有这个页面。", "There is no such page.")                                  \
  X(NO_SUCH_COMMAND, UNKNOWN_COMMAND, "没有这个命令。", "There is no such command.")                      \
  X(NO_SUCH_OBJECT, NOT_FOUND, "没有该对象，或您无权查看。", "No such object, or not yours to see.")      \
  X(METHOD_WRONG, BAD_ARGS, "此地址不接受这种请求方法。", "This address does not take that method.")       \
  X(JSON_WANTED, UNSUPPORTED, "只接受 application/json。", "Only application/json is taken here.")        \
  X(PICTURE_WANTED, UNSUPPORTED, "只接受 JPEG 或 PNG 图片。", "Only JPEG or PNG pictures are taken.")     \
  X(CLIP_WANTED, UNSUPPORTED, "不是可以保存的 MP4 录像。", "That is no MP4 clip, or it is too large.")           \
  X(BODY_TOO_LARGE, TOO_LARGE, "内容过大。", "The body is too large.")                                    \
  X(LENGTH_WANTED, BAD_ARGS, "请给出 Content-Length，不接受分块传输。",                                   \
    "Give a Content-Length; chunked bodies are not taken.")                                               \
  X(ID_WANTED, BAD_ARGS, "请给出命令编号 id（UUID）。", "Give the command an id, a UUID.")                \
  X(FILTER_WRONG, BAD_ARGS, "查询条件不对，请检查参数。", "A filter is wrong: check the parameters.")      \
  X(VIEW_WRONG, FORBIDDEN, "您的角色不能打开此视图。", "Your role may not open this view.")               \
  X(STILL_NONE, NOT_FOUND, "该摄像机暂无画面。", "This camera shows no picture now.")                     \
  X(READS_BUSY, BUSY, "查询过多，请稍后再试。", "Too many reads wait: try again in a moment.")            \
  X(LEDGER_BUSY, BUSY, "系统繁忙，请稍后再试。", "The center is busy: try again in a moment.")            \
  X(FILES_BUSY, BUSY, "正在保存其他文件，请稍后再试。", "Other files are being written: try again in a moment.") \
  X(FILES_STORAGE, STORAGE, "文件未能保存，磁盘可能已满。", "The file could not be written; the disk may be full.") \
  X(PAGES_MISSING, UNAVAILABLE, "页面尚未构建，请先构建控制台或安装软件包。",                             \
    "The pages are not built: build the dashboard or install the package.")                               \
  X(TLS_NO_CA, NOT_FOUND, "本中心使用正式证书，无需安装。", "This center has a real certificate: nothing to install.") \
  X(STORAGE_FULL, STORAGE, "磁盘已满，暂不能记录，请立即通知管理员。",                                    \
    "The disk is full and nothing can be recorded: call the administrator now.")                          \
  X(STORAGE_READ_ONLY, STORAGE, "数据库不可写，暂不能记录，请立即通知管理员。",                           \
    "The database cannot be written and nothing can be recorded: call the administrator now.")            \
  X(STORAGE_OK, OK, "记录已恢复。", "Recording works again.")

typedef enum GwSentence {
#define X(name, code, zh, en) GW_SAY_##name,
  GW_NET_SENTENCES(X)
#undef X
      GW_N_SENTENCES
} GwSentence;

GwCode gw_say_code(GwSentence s);
const char *gw_say_zh(GwSentence s);
const char *gw_say_en(GwSentence s);
/* The Chinese twin of any error's message: from net's table, core's, or a general one for its code. */
const char *gw_say_error_zh(const GError *error);
void gw_say_error(GError **error, GwSentence s);

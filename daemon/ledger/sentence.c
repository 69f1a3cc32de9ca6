#include "daemon/ledger/sentence.h"

#include "daemon/core/refusal.h"
#include "daemon/store/db.h"

static const char *const general[GW_N_CODES] = {
    [GW_CODE_OK] = "",
    [GW_CODE_BAD_JSON] = "消息不是有效的 JSON。",
    [GW_CODE_BAD_ARGS] = "参数缺失、多余或超出范围，请检查后重试。",
    [GW_CODE_UNKNOWN_COMMAND] = "没有这个命令。",
    [GW_CODE_UNAUTHORIZED] = "请先登录。",
    [GW_CODE_FORBIDDEN] = "您的角色不能这样操作。",
    [GW_CODE_NOT_FOUND] = "找不到该对象，或您无权查看。",
    [GW_CODE_CHANGED] = "内容已被他人更新，请查看后再决定。",
    [GW_CODE_CONFLICT] = "同一命令编号已用于另一内容，请重新操作。",
    [GW_CODE_ILLEGAL] = "当前状态不能这样操作。",
    [GW_CODE_BUSY] = "系统繁忙，请稍后重试。",
    [GW_CODE_THROTTLED] = "次数过多，请稍后重试。",
    [GW_CODE_TOO_LARGE] = "内容过大。",
    [GW_CODE_UNSUPPORTED] = "不支持这种文件或内容类型。",
    [GW_CODE_STORAGE] = "存储故障，本次操作未记录。",
    [GW_CODE_UNAVAILABLE] = "相关部件暂不可用，请稍后重试。",
    [GW_CODE_INTERNAL] = "系统内部错误，已记入日志，请联系管理员。",
};

const char *gw_sentence_zh(const GError *error) {
  const char *zh = gw_refusal_zh(error->message);
  if (!zh)
    zh = gw_db_sentence_zh(error->message);
  GwCode code = gw_error_code(error);
  return zh ? zh : code < GW_N_CODES && general[code] ? general[code] : general[GW_CODE_INTERNAL];
}

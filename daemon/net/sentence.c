#include "daemon/net/sentence.h"

#include "daemon/core/refusal.h"

static const struct {
  GwCode code;
  const char *zh, *en;
} sentences[] = {
#define X(name, code, zh, en) {GW_CODE_##code, zh, en},
    GW_NET_SENTENCES(X)
#undef X
};

GwCode gw_say_code(GwSentence s) {
  return sentences[s].code;
}

const char *gw_say_zh(GwSentence s) {
  return sentences[s].zh;
}

const char *gw_say_en(GwSentence s) {
  return sentences[s].en;
}

void gw_say_error(GError **error, GwSentence s) {
  g_set_error_literal(error, GW_ERROR, (int)sentences[s].code, sentences[s].en);
}

static const char *general_zh(GwCode code) {
  switch (code) {
  case GW_CODE_BAD_JSON:
    return "内容不是有效的 JSON。";
  case GW_CODE_BAD_ARGS:
    return "参数不正确，请检查后重试。";
  case GW_CODE_UNKNOWN_COMMAND:
    return "没有这个命令。";
  case GW_CODE_UNAUTHORIZED:
    return "请先登录。";
  case GW_CODE_FORBIDDEN:
    return "您的角色不能进行此操作。";
  case GW_CODE_NOT_FOUND:
    return "没有该对象，或您无权查看。";
  case GW_CODE_CHANGED:
    return "对象已被他人更改，请查看后再决定。";
  case GW_CODE_CONFLICT:
    return "同一命令编号的内容不同，请重新操作。";
  case GW_CODE_ILLEGAL:
    return "当前状态不能这样操作。";
  case GW_CODE_BUSY:
  case GW_CODE_THROTTLED:
    return "系统繁忙，请稍后再试。";
  case GW_CODE_TOO_LARGE:
    return "内容过大。";
  case GW_CODE_UNSUPPORTED:
    return "不支持此类型。";
  case GW_CODE_STORAGE:
    return "磁盘已满或不可写，未作任何记录。";
  case GW_CODE_UNAVAILABLE:
    return "系统的一部分暂不可用，请稍后再试。";
  default:
    return "系统内部错误，详情见日志。";
  }
}

const char *gw_say_error_zh(const GError *error) {
  for (gsize i = 0; error && i < G_N_ELEMENTS(sentences); i++) {
    if (g_strcmp0(sentences[i].en, error->message) == 0)
      return sentences[i].zh;
  }
  const char *zh = error ? gw_refusal_zh(error->message) : NULL;
  return zh ? zh : general_zh(gw_error_code(error));
}

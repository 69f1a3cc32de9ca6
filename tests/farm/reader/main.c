#include "daemon/base/clock.h"
#include "daemon/base/error.h"
#include "daemon/base/log.h"
#include "tests/farm/reader/line.h"
#include "tests/farm/reader/send.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static char *arg_host = NULL, *arg_reader = NULL, *arg_key = NULL, *arg_dump = NULL;
static char **arg_tags = NULL;
static int arg_udp = 0, arg_tcp = 0, arg_count = 1, arg_interval_ms = 0, arg_wait_ms = 3000, arg_replay = 0;
static gint64 arg_epoch = 1, arg_seq = 1, arg_ago_s = 0;
static gboolean arg_forge = FALSE, arg_follow = FALSE;

static GOptionEntry entries[] = {
    {"host", 0, 0, G_OPTION_ARG_STRING, &arg_host, "IPv4 address of the center (127.0.0.1)", "IP"},
    {"udp", 0, 0, G_OPTION_ARG_INT, &arg_udp, "send datagrams to this port", "PORT"},
    {"tcp", 0, 0, G_OPTION_ARG_INT, &arg_tcp, "or lines to this one", "PORT"},
    {"reader", 0, 0, G_OPTION_ARG_STRING, &arg_reader, "its name", "NAME"},
    {"key", 0, 0, G_OPTION_ARG_STRING, &arg_key, "64 hex digits (a simulated one; else from GWFARM_KEY)",
     "HEX"},
    {"epoch", 0, 0, G_OPTION_ARG_INT64, &arg_epoch, "as paired (1)", "N"},
    {"seq", 0, 0, G_OPTION_ARG_INT64, &arg_seq, "number of the first line (1)", "N"},
    {"tag", 0, 0, G_OPTION_ARG_STRING_ARRAY, &arg_tags, "what is read; given several times: in turn", "TAG"},
    {"count", 'n', 0, G_OPTION_ARG_INT, &arg_count, "how many lines (1)", "N"},
    {"interval-ms", 0, 0, G_OPTION_ARG_INT, &arg_interval_ms, "between two lines (0)", "MS"},
    {"ago", 0, 0, G_OPTION_ARG_INT64, &arg_ago_s, "the reader's clock is so much behind: stored reads (0)",
     "S"},
    {"replay", 0, 0, G_OPTION_ARG_INT, &arg_replay, "then send the last line again so often (0)", "N"},
    {"forge", 0, 0, G_OPTION_ARG_NONE, &arg_forge, "with a wrong MAC", NULL},
    {"dump", 0, 0, G_OPTION_ARG_FILENAME, &arg_dump,
     "write the lines to a file instead, as a baton reader's cradle does", "FILE"},
    {"follow", 0, 0, G_OPTION_ARG_NONE, &arg_follow,
     "a tag per line on stdin; each answer as a JSON line, until stdin ends", NULL},
    {"wait-ms", 0, 0, G_OPTION_ARG_INT, &arg_wait_ms, "for the last answers (3000)", "MS"},
    {NULL},
};

typedef struct Reader {
  guint8 key[LINE_KEY_BYTES];
  ReaderSocket *socket; /* NULL: dump */
  FILE *dump;
  gint64 seq;
  char *last; /* the line that a replay repeats */
  guint sent, ok, no, strange;
  GHashTable *codes; /* of the GW1-NO: code -> how often */
} Reader;

static gboolean say(Reader *r, const char *line, GError **error) {
  r->sent++;
  if (r->dump)
    return fprintf(r->dump, "%s\n", line) > 0;
  return reader_socket_say(r->socket, line, error);
}

static gboolean say_tag(Reader *r, const char *tag, GError **error) {
  g_free(r->last);
  r->last = line_make(r->key, arg_reader, arg_epoch, r->seq++, gw_clock_real_us() / GW_SEC - arg_ago_s, tag);
  if (arg_forge)
    line_forge(r->last);
  return say(r, r->last, error);
}

static void count(Reader *r, const LineAnswer *answer) {
  if (answer->ok) {
    r->ok++;
    return;
  }
  r->no++;
  guint seen = GPOINTER_TO_UINT(g_hash_table_lookup(r->codes, answer->code));
  g_hash_table_replace(r->codes, g_strdup(answer->code), GUINT_TO_POINTER(seen + 1));
}

/* One answer within the time; FALSE: none. */
static gboolean hear(Reader *r, gint wait_ms, gboolean *ret_closed) {
  g_autofree char *line = reader_socket_hear(r->socket, wait_ms, ret_closed);
  LineAnswer answer;
  if (!line)
    return FALSE;
  if (!line_read_answer(r->key, arg_reader, line, &answer)) {
    r->strange++;
    return TRUE;
  }
  count(r, &answer);
  if (arg_follow) {
    printf("{\"seq\":%" G_GUINT64_FORMAT ",\"ok\":%s,\"code\":\"%s\"}\n", answer.seq,
           answer.ok ? "true" : "false", answer.code);
    fflush(stdout);
  }
  return TRUE;
}

/* Answers may come while lines are still being sent; those that are left get wait_ms from the last line on.
 */
static void hear_for(Reader *r, gint wait_ms, gboolean until_all) {
  gboolean closed = FALSE;
  GwUsec until = gw_clock_mono_us() + wait_ms * GW_MS;
  while (r->socket && !closed && !(until_all && r->ok + r->no + r->strange >= r->sent)) {
    GwUsec left_us = until - gw_clock_mono_us();
    if (!hear(r, MAX(0, left_us) / GW_MS, &closed) && left_us <= 0)
      return;
  }
}

static gboolean send_lines(Reader *r, GError **error) {
  guint n_tags = g_strv_length(arg_tags);
  for (int i = 0; i < arg_count; i++) {
    if (!say_tag(r, arg_tags[i % n_tags], error))
      return FALSE;
    hear_for(r, arg_interval_ms, FALSE);
  }
  for (int i = 0; i < arg_replay; i++)
    if (!say(r, r->last, error))
      return FALSE;
  hear_for(r, arg_wait_ms, TRUE);
  return TRUE;
}

static gboolean follow(Reader *r, GError **error) {
  struct pollfd waits[] = {{.fd = STDIN_FILENO, .events = POLLIN},
                           {.fd = reader_socket_fd(r->socket), .events = POLLIN}};
  g_autoptr(GIOChannel) in = g_io_channel_unix_new(STDIN_FILENO);
  for (gboolean closed = FALSE; !closed;) {
    if (!(g_io_channel_get_buffer_condition(in) & G_IO_IN))
      poll(waits, 2, -1);
    while (waits[1].revents && hear(r, 0, &closed))
      ;
    if (!waits[0].revents && !(g_io_channel_get_buffer_condition(in) & G_IO_IN))
      continue;
    g_autofree char *tag = NULL;
    if (g_io_channel_read_line(in, &tag, NULL, NULL, error) != G_IO_STATUS_NORMAL)
      break;
    if (!say_tag(r, g_strstrip(tag), error))
      return FALSE;
  }
  hear_for(r, arg_wait_ms, TRUE);
  return *error == NULL;
}

static void sum_up(Reader *r) {
  GString *codes = g_string_new(NULL);
  GHashTableIter all;
  gpointer code, times;
  g_hash_table_iter_init(&all, r->codes);
  while (g_hash_table_iter_next(&all, &code, &times))
    g_string_append_printf(codes, "%s\"%s\":%u", codes->len ? "," : "", (char *)code,
                           GPOINTER_TO_UINT(times));
  printf("{\"sent\":%u,\"ok\":%u,\"no\":%u,\"codes\":{%s},\"strange\":%u,\"unanswered\":%u,\"next_seq\":"
         "%" G_GINT64_FORMAT "}\n",
         r->sent, r->ok, r->no, codes->str, r->strange, r->dump ? 0 : r->sent - MIN(r->sent, r->ok + r->no),
         r->seq);
  g_string_free(codes, TRUE);
}

static gboolean open_outlet(Reader *r, GError **error) {
  if (!arg_dump) {
    r->socket = reader_socket_new(arg_host ? arg_host : "127.0.0.1", arg_tcp ? arg_tcp : arg_udp,
                                  arg_tcp != 0, error);
    return r->socket != NULL;
  }
  r->dump = fopen(arg_dump, "w");
  if (!r->dump)
    g_set_error(error, GW_ERROR, GW_CODE_STORAGE, "%s cannot be written", arg_dump);
  return r->dump != NULL;
}

static gboolean work(GError **error) {
  Reader reader = {.seq = arg_seq};
  const char *key = arg_key ? arg_key : g_getenv("GWFARM_KEY");
  gboolean has_way = arg_dump || (arg_udp > 0 && arg_udp < 65536) || (arg_tcp > 0 && arg_tcp < 65536);
  if (!arg_reader || !line_key_from_hex(key, reader.key) || !has_way || (!arg_tags && !arg_follow) ||
      arg_count < 1) {
    g_set_error(
        error, GW_ERROR, GW_CODE_BAD_ARGS,
        "--reader, a key of 64 hex digits, --tag (or --follow) and --udp, --tcp or --dump are needed");
    return FALSE;
  }
  reader.codes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  gboolean done = open_outlet(&reader, error) &&
                  (arg_follow && !arg_dump ? follow(&reader, error) : send_lines(&reader, error));
  if (done)
    sum_up(&reader);
  if (reader.dump && fclose(reader.dump) != 0 && done) {
    g_set_error(error, GW_ERROR, GW_CODE_STORAGE, "%s could not be written whole", arg_dump);
    done = FALSE;
  }
  reader_socket_free(reader.socket);
  g_hash_table_unref(reader.codes);
  g_free(reader.last);
  return done;
}

int main(int argc, char **argv) {
  gw_log_init("gwfarm-reader", GW_LOG_INFO);
  g_autoptr(GError) error = NULL;
  g_autoptr(GOptionContext) context = g_option_context_new("- a simulated guard-tour reader");
  g_option_context_add_main_entries(context, entries, NULL);
  g_option_context_set_description(
      context, "Example: gwfarm-reader --udp 7411 --reader R1 --key $KEY --tag GW-CP-05 -n 10 --replay 1");
  if (!g_option_context_parse(context, &argc, &argv, &error) || !work(&error)) {
    gw_error("%s", error->message);
    return 1;
  }
  return 0;
}

#include "daemon/ledger/ledger_private.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "daemon/base/clock.h"
#include "daemon/base/log.h"
#include "daemon/ledger/sentence.h"

/* Bad disks.  What the center still can do without one: say so, from memory.  A file kept for that moment
 * is given up, so that the beginning can be journaled even on a full disk. */
#define RESERVE_BYTES (64 * 1024 * 1024)
#define PROBE_US (2 * GW_SEC)

/* ---- the reserve ---- */

/* Space that is really taken, not a sparse promise. */
static gboolean make_reserve(const GwStorage *storage) {
  int fd = open(storage->reserve, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0)
    return FALSE;
  int failed = posix_fallocate(fd, 0, (off_t)storage->reserve_bytes);
  close(fd);
  if (failed)
    unlink(storage->reserve);
  return !failed;
}

static void keep_reserve(const GwStorage *storage) {
  if (storage->reserve && !make_reserve(storage))
    gw_warning("The reserve file %s cannot be made: a full disk could not be journaled", storage->reserve);
}

static void give_up_reserve(const GwStorage *storage) {
  if (storage->reserve && unlink(storage->reserve) < 0 && errno != ENOENT)
    gw_warning("The reserve file %s cannot be given up: %s", storage->reserve, g_strerror(errno));
}

void gw_storage_init(GwLedger *ledger, const char *reserve, gsize reserve_bytes) {
  GwStorage *storage = &ledger->storage;
  storage->state = "ok";
  storage->reserve = g_strdup(reserve);
  storage->reserve_bytes = reserve_bytes ? reserve_bytes : RESERVE_BYTES;
  keep_reserve(storage);
}

void gw_storage_clear(GwLedger *ledger) {
  g_free(ledger->storage.reserve);
}

/* ---- the fault ---- */

gboolean gw_storage_is_ok(const GwLedger *ledger) {
  return !ledger->storage.state || strcmp(ledger->storage.state, "ok") == 0;
}

gboolean gw_storage_error_is_fault(const GError *error) {
  GwCode code = gw_error_code(error);
  return code == GW_CODE_STORAGE || code == GW_CODE_BUSY;
}

static const char *state_of(const GwStorage *storage) {
  return (storage->failed_rc & 0xff) == SQLITE_FULL ? "full" : "read_only";
}

static gboolean journal_beginning(GwLedger *ledger) {
  GwStorage *storage = &ledger->storage;
  g_autoptr(GError) error = NULL;
  storage->beginning_journaled = gw_batch_journal_alone(
      ledger, "storage.fault",
      json_pack("{s:s, s:I}", "state", storage->state, "since_us", (json_int_t)storage->since_us), &error);
  if (!storage->beginning_journaled)
    gw_debug("The beginning of the storage fault is not journaled yet: %s", error->message);
  return storage->beginning_journaled;
}

gboolean gw_storage_note_failure(GwLedger *ledger, const GError *error) {
  GwStorage *storage = &ledger->storage;
  if (gw_error_code(error) == GW_CODE_BUSY) {
    gw_warning("%s The batch is refused.",
               error->message); /* a neighbour, not the disk: nothing changes state */
    return FALSE;
  }
  if (!gw_storage_error_is_fault(error)) {
    gw_error("A transaction was lost: %s", error->message);
    return FALSE;
  }
  storage->state = state_of(storage);
  storage->since_us = gw_ledger_now_us(ledger);
  storage->probed_mono_us = gw_clock_mono_us();
  storage->beginning_journaled = FALSE;
  g_atomic_int_set(&ledger->can_commit, FALSE);
  gw_error("%s Trying again every %d s.", error->message, (int)(PROBE_US / GW_SEC));
  return TRUE;
}

void gw_storage_begin_fault(GwLedger *ledger) {
  give_up_reserve(&ledger->storage);
  journal_beginning(ledger);
  gw_delivery_send_storage(ledger);
}

/* ---- the end ---- */

/* Room for the reserve and as much again: else the next batch would be the next fault. */
static gboolean has_room(GwLedger *ledger) {
  const char *file = sqlite3_db_filename(gw_db_handle(ledger->db), "main");
  g_autofree char *folder = g_path_get_dirname(file);
  struct statvfs fs;
  if (statvfs(folder, &fs) < 0)
    return FALSE;
  gsize wanted = ledger->storage.reserve ? 2 * ledger->storage.reserve_bytes : 0;
  return !(fs.f_flag & ST_RDONLY) && (gsize)fs.f_bavail * fs.f_frsize >= wanted;
}

void gw_storage_probe(GwLedger *ledger) {
  GwStorage *storage = &ledger->storage;
  GwUsec now_mono_us = gw_clock_mono_us();
  if (now_mono_us - storage->probed_mono_us < PROBE_US)
    return;
  storage->probed_mono_us = now_mono_us;
  if (!storage->beginning_journaled && !journal_beginning(ledger))
    return;
  if (!has_room(ledger))
    return;
  g_autoptr(GError) error = NULL;
  GwUsec lasted_us = gw_ledger_now_us(ledger) - storage->since_us;
  if (!gw_batch_journal_alone(
          ledger, "storage.back",
          json_pack("{s:s, s:I}", "state", storage->state, "lasted_us", (json_int_t)lasted_us), &error)) {
    gw_debug("The disk is not back: %s", error->message);
    return;
  }
  keep_reserve(storage);
  storage->state = "ok";
  storage->since_us = gw_ledger_now_us(ledger);
  g_atomic_int_set(&ledger->can_commit, TRUE);
  gw_info("The disk is back after %" G_GINT64_FORMAT " s", lasted_us / GW_SEC);
  gw_delivery_send_storage(ledger);
}

void gw_storage_refuse(GwLedger *ledger, GwItem *item) {
  if (gw_storage_is_ok(ledger))
    gw_item_refuse(item, GW_CODE_BUSY, "系统繁忙，本次操作未记录，请稍后重试。",
                   "The center is busy: nothing was recorded. Try again in a moment.");
  else if (strcmp(ledger->storage.state, "full") == 0)
    gw_item_refuse(item, GW_CODE_STORAGE, "磁盘已满，本次操作未记录。请清理空间后重试。",
                   "The disk is full: nothing was recorded. Free space, then try again.");
  else
    gw_item_refuse(
        item, GW_CODE_STORAGE, "数据库不可写，本次操作未记录。请检查磁盘和文件权限。",
        "The database cannot be written: nothing was recorded. Look at the disk and the file's permissions.");
}

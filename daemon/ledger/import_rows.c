#include <math.h>
#include <string.h>

#include "daemon/ledger/field.h"
#include "daemon/ledger/import.h"
#include "daemon/ledger/turn.h"
#include "daemon/store/registry.h"

/* The CSV nouns.  `columns` is the whole documentation of a file's columns; a field that names another
 * object holds its code. */

#define FIELD(name) gw_csv_text(in->table, row, name)

/* Every code stands once; every field of `column` that is not empty names an object that is there. */
static void check_codes_once(GwImport *in) {
  g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
  for (guint row = 0; row < in->rows; row++)
    if (!g_hash_table_add(seen, (gpointer)FIELD("code")))
      gw_csv_add_problem(in->table, row, "code", "这个代码在文件里出现了两次", "this code stands twice in the file");
}

static void check_refs(GwImport *in, const char *column, const char *noun) {
  for (guint row = 0; row < in->rows; row++) {
    g_auto(GStrv) codes = g_strsplit(FIELD(column), ";", -1);
    for (char **code = codes; *code; code++) {
      if (!**code || gw_registry_id(in->tx->db, noun, g_strstrip(*code), NULL))
        continue;
      g_autofree char *zh = g_strdup_printf("登记里没有代码“%.40s”（%s）；先导入它", *code, noun);
      g_autofree char *en = g_strdup_printf("there is no %s with the code \"%.40s\"; import it first", noun, *code);
      gw_csv_add_problem(in->table, row, column, zh, en);
    }
  }
}

static GwId ref(GwImport *in, guint row, const char *column, const char *noun) {
  const char *code = FIELD(column);
  return *code ? gw_registry_id(in->tx->db, noun, code, NULL) : 0;
}

static const char *or_else(const char *text, const char *otherwise) {
  return *text ? text : otherwise;
}

/* person */
static const GwCsvColumn person_columns[] = {{"code", GW_CSV_TEXT, TRUE, 0, 40}, {"name", GW_CSV_TEXT, TRUE}, {"phone", GW_CSV_TEXT, FALSE, 0, 30}, {NULL}};

static gboolean person_check(GwImport *in, GError **error) {
  check_codes_once(in);
  return TRUE;
}

static gboolean person_put(GwImport *in, guint row, GError **error) {
  g_autofree char *name = NULL, *phone = NULL;
  GwId id = gw_registry_person_get(in->tx->db, FIELD("code"), &name, &phone, error);
  if (id && strcmp(name, FIELD("name")) == 0 && strcmp(phone, FIELD("phone")) == 0)
    return TRUE;
  GwId name_id = gw_tx_text(in->tx, FIELD("name"), error);
  GwId phone_id = name_id && *FIELD("phone") ? gw_tx_text(in->tx, FIELD("phone"), error) : 0;
  if (!name_id || (*FIELD("phone") && !phone_id))
    return FALSE;
  id = gw_registry_person_put(in->tx->db, FIELD("code"), name_id, phone_id, error);
  return id && gw_import_note(in, "person", id, FIELD("code"), 0, FALSE, error);
}

static gboolean person_apply(GwImport *in, GError **error) {
  for (guint row = 0; row < in->rows; row++)
    if (!person_put(in, row, error))
      return FALSE;
  return TRUE;
}

/* slot: who fills it, as codes of persons parted by ";" */
static const GwCsvColumn slot_columns[] = {{"code", GW_CSV_TEXT, TRUE, 0, 40}, {"name", GW_CSV_TEXT, TRUE}, {"place", GW_CSV_TEXT, TRUE, 0, 40}, {"people", GW_CSV_TEXT, FALSE, 0, 400}, {NULL}};

static gboolean slot_check(GwImport *in, GError **error) {
  check_codes_once(in);
  check_refs(in, "place", "place");
  check_refs(in, "people", "person");
  return TRUE;
}

static gboolean slot_put(GwImport *in, guint row, GError **error) {
  gboolean changed, filled = FALSE;
  GwId place_id = ref(in, row, "place", "place");
  GwId id = gw_registry_slot_put(in->tx->db, FIELD("code"), FIELD("name"), place_id, &changed, error);
  g_auto(GStrv) people = g_strsplit(FIELD("people"), ";", -1);
  for (char **person = people; id && *person; person++) {
    GwId person_id = gw_registry_id(in->tx->db, "person", g_strstrip(*person), NULL);
    if (person_id && !gw_registry_slot_fill(in->tx->db, id, person_id, in->tx->now_us, &filled, error))
      return FALSE;
    changed = changed || filled;
  }
  return id && (!changed || gw_import_note(in, "slot", id, FIELD("code"), place_id, FALSE, error));
}

static gboolean slot_apply(GwImport *in, GError **error) {
  for (guint row = 0; row < in->rows; row++)
    if (!slot_put(in, row, error))
      return FALSE;
  return TRUE;
}

/* unit: members are codes of persons, parted by ";" */
static const GwCsvColumn unit_columns[] = {{"code", GW_CSV_TEXT, TRUE, 0, 40},
                                           {"name", GW_CSV_TEXT, TRUE},
                                           {"kind", GW_CSV_CHOICE, TRUE, 0, 0, "guard|grid|volunteer|maintenance"},
                                           {"travel", GW_CSV_CHOICE, FALSE, 0, 0, "foot|ebike"},
                                           {"phone", GW_CSV_TEXT, FALSE, 0, 30},
                                           {"radio_channel", GW_CSV_TEXT, FALSE, 0, 20},
                                           {"slot", GW_CSV_TEXT, FALSE, 0, 40},
                                           {"members", GW_CSV_TEXT, FALSE, 0, 400},
                                           {NULL}};

static gboolean unit_check(GwImport *in, GError **error) {
  check_codes_once(in);
  check_refs(in, "slot", "slot");
  check_refs(in, "members", "person");
  return TRUE;
}

static gboolean unit_put(GwImport *in, guint row, GError **error) {
  g_autofree char *phone = gw_registry_unit_phone(in->tx->db, FIELD("code"));
  GwUnitImport unit = {.code = FIELD("code"), .name = FIELD("name"), .kind = FIELD("kind"), .travel = or_else(FIELD("travel"), "foot"),
                       .radio_channel = FIELD("radio_channel"), .slot_id = ref(in, row, "slot", "slot")};
  if (*FIELD("phone") && strcmp(phone, FIELD("phone")) != 0 && !(unit.phone_text_id = gw_tx_text(in->tx, FIELD("phone"), error)))
    return FALSE;
  gboolean changed;
  GwId id = gw_registry_unit_put(in->tx->db, &unit, &changed, error);
  g_auto(GStrv) members = g_strsplit(FIELD("members"), ";", -1);
  for (char **member = members; id && *member; member++)
    if (**member && !gw_registry_unit_member_add(in->tx->db, id, gw_registry_id(in->tx->db, "person", g_strstrip(*member), NULL), error))
      return FALSE;
  return id && (!changed || gw_import_note(in, "unit", id, unit.code, 0, TRUE, error));
}

static gboolean unit_apply(GwImport *in, GError **error) {
  for (guint row = 0; row < in->rows; row++)
    if (!unit_put(in, row, error))
      return FALSE;
  return TRUE;
}

/* camera */
static const GwCsvColumn camera_columns[] = {{"code", GW_CSV_TEXT, TRUE, 0, 40},
                                             {"name", GW_CSV_TEXT, TRUE},
                                             {"url", GW_CSV_TEXT, TRUE, 0, 500},
                                             {"user_name", GW_CSV_TEXT},
                                             {"password", GW_CSV_TEXT, FALSE, 0, 200},
                                             {"place", GW_CSV_TEXT, FALSE, 0, 40},
                                             {"lat", GW_CSV_REAL, FALSE, -90, 90},
                                             {"lon", GW_CSV_REAL, FALSE, -180, 180},
                                             {"zone", GW_CSV_CHOICE, FALSE, 0, 0, "inside|perimeter"},
                                             {"transport", GW_CSV_CHOICE, FALSE, 0, 0, "tcp|udp"},
                                             {"recorder", GW_CSV_TEXT},
                                             {"switch", GW_CSV_TEXT},
                                             {"enabled", GW_CSV_BOOL},
                                             {"sub_url", GW_CSV_TEXT, FALSE, 0, 500},
                                             {"watch", GW_CSV_CHOICE, FALSE, 0, 0, "sub|main"},
                                             {"power", GW_CSV_TEXT},
                                             {"metadata", GW_CSV_BOOL},
                                             {"checkpoint", GW_CSV_TEXT, FALSE, 0, 40},
                                             {"channel", GW_CSV_INT, FALSE, 0, 4096},
                                             {"control_url", GW_CSV_TEXT, FALSE, 0, 500},
                                             {"home_preset", GW_CSV_TEXT, FALSE, 0, 64},
                                             {NULL}};

static void check_address(GwImport *in, guint row, const char *column) {
  const char *url = FIELD(column);
  gsize scheme = g_str_has_prefix(url, "rtsp://") ? 7 : g_str_has_prefix(url, "rtsps://") ? 8 : 0;
  if (!scheme)
    gw_csv_add_problem(in->table, row, column, "应以 rtsp:// 或 rtsps:// 开头", "must begin with rtsp:// or rtsps://");
  else if (memchr(url + scheme, '@', strcspn(url + scheme, "/")))
    gw_csv_add_problem(in->table, row, column, "地址里不要写密码；用 user_name 和 password 两列", "no password inside the address; use the columns user_name and password");
}

static void check_control(GwImport *in, guint row) {
  const char *url = FIELD("control_url");
  if (*url && !gw_turn_url_is_fit(url))
    gw_csv_add_problem(in->table, row, "control_url", "应以 http:// 或 https:// 开头，且不含用户名和密码",
                       "must begin with http:// or https://, without user name and password");
}

static gboolean camera_check(GwImport *in, GError **error) {
  check_codes_once(in);
  check_refs(in, "place", "place");
  check_refs(in, "checkpoint", "checkpoint");
  for (guint row = 0; row < in->rows; row++) {
    check_address(in, row, "url");
    if (*FIELD("sub_url"))
      check_address(in, row, "sub_url");
    check_control(in, row);
  }
  return TRUE;
}

/* A file of before a column was there leaves what the column says as it was. */
static const char *if_given(GwImport *in, guint row, const char *column) {
  return gw_csv_has(in->table, column) ? FIELD(column) : NULL;
}

static gboolean camera_put(GwImport *in, guint row, GError **error) {
  g_autoptr(GBytes) secret = NULL;
  if (*FIELD("password")) {
    gsize bytes;
    guint8 *sealed = gw_secret_seal(gw_tx_secret(in->tx), FIELD("password"), strlen(FIELD("password")), &bytes);
    secret = g_bytes_new_take(sealed, bytes);
  }
  GwCameraImport camera = {.code = FIELD("code"), .name = FIELD("name"), .url = FIELD("url"), .user_name = FIELD("user_name"), .secret = secret,
                           .place_id = ref(in, row, "place", "place"), .lat = gw_csv_real(in->table, row, "lat"),
                           .lon = gw_csv_real(in->table, row, "lon"), .zone = or_else(FIELD("zone"), "inside"),
                           .transport = or_else(FIELD("transport"), "tcp"), .recorder = FIELD("recorder"), .switch_name = FIELD("switch"),
                           .enabled = gw_csv_bool(in->table, row, "enabled", TRUE), .sub_url = if_given(in, row, "sub_url"),
                           .power = if_given(in, row, "power"), .watch = gw_csv_has(in->table, "watch") ? or_else(FIELD("watch"), "sub") : NULL,
                           .metadata = gw_csv_has(in->table, "metadata") ? gw_csv_bool(in->table, row, "metadata", TRUE) : -1,
                           .checkpoint_id = gw_csv_has(in->table, "checkpoint") ? ref(in, row, "checkpoint", "checkpoint") : -1,
                           .channel = gw_csv_has(in->table, "channel") ? (int)gw_csv_int(in->table, row, "channel", 0) : -1,
                           .control_url = if_given(in, row, "control_url"), .home_preset = if_given(in, row, "home_preset")};
  gboolean changed;
  GwId id = gw_registry_camera_put(in->tx->db, &camera, &changed, error);
  if (!id || !changed)
    return id != 0;
  in->changed++;
  return gw_camera_imported(in->tx, id, error);
}

static gboolean camera_apply(GwImport *in, GError **error) {
  for (guint row = 0; row < in->rows; row++)
    if (!camera_put(in, row, error))
      return FALSE;
  return TRUE;
}

/* checkpoint */
static const GwCsvColumn checkpoint_columns[] = {{"code", GW_CSV_TEXT, TRUE, 0, 40},
                                                 {"name", GW_CSV_TEXT, TRUE},
                                                 {"place", GW_CSV_TEXT, FALSE, 0, 40},
                                                 {"lat", GW_CSV_REAL, TRUE, -90, 90},
                                                 {"lon", GW_CSV_REAL, TRUE, -180, 180},
                                                 {"radius_m", GW_CSV_REAL, FALSE, 1, 1000},
                                                 {"tag", GW_CSV_TEXT, FALSE, 0, 64},
                                                 {NULL}};

static gboolean checkpoint_check(GwImport *in, GError **error) {
  check_codes_once(in);
  check_refs(in, "place", "place");
  return TRUE;
}

static gboolean checkpoint_apply(GwImport *in, GError **error) {
  for (guint row = 0; row < in->rows; row++) {
    double radius_m = gw_csv_real(in->table, row, "radius_m");
    GwCheckpointImport c = {.code = FIELD("code"), .name = FIELD("name"), .tag = FIELD("tag"), .place_id = ref(in, row, "place", "place"),
                            .lat = gw_csv_real(in->table, row, "lat"), .lon = gw_csv_real(in->table, row, "lon"),
                            .radius_m = isnan(radius_m) ? 30 : radius_m};
    gboolean changed;
    GwId id = gw_registry_checkpoint_put(in->tx->db, &c, &changed, error);
    if (!id || (changed && !gw_import_note(in, "checkpoint", id, c.code, c.place_id, TRUE, error)))
      return FALSE;
  }
  return TRUE;
}

const GwImportNoun gw_import_slot = {"slot", slot_columns, slot_check, slot_apply};
const GwImportNoun gw_import_person = {"person", person_columns, person_check, person_apply};
const GwImportNoun gw_import_unit = {"unit", unit_columns, unit_check, unit_apply};
const GwImportNoun gw_import_camera = {"camera", camera_columns, camera_check, camera_apply};
const GwImportNoun gw_import_checkpoint = {"checkpoint", checkpoint_columns, checkpoint_check, checkpoint_apply};

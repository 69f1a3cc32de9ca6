#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/base/log.h"
#include "tests/farm/history/story.h"

/* gwfarm-history: makes the demo's database with the demo community and a past that ends now. */

static char *database, *key_file, *demo, *photo, *routes;
static int days = 30, n_cameras = 12, rtsp_port = 8554, seed = 1;
static gint64 photo_bytes = 1;

static const GOptionEntry options[] = {
    {"database", 0, 0, G_OPTION_ARG_FILENAME, &database, "the database to make", "FILE"},
    {"key", 0, 0, G_OPTION_ARG_FILENAME, &key_file, "its key file", "FILE"},
    {"demo", 0, 0, G_OPTION_ARG_FILENAME, &demo, "folder of the demo community", "DIR"},
    {"routes", 0, 0, G_OPTION_ARG_FILENAME, &routes, "routes instead of the community's", "FILE"},
    {"days", 0, 0, G_OPTION_ARG_INT, &days, "how long the past is (30)", "N"},
    {"cameras", 0, 0, G_OPTION_ARG_INT, &n_cameras, "how many cameras of the file (12)", "N"},
    {"rtsp-port", 0, 0, G_OPTION_ARG_INT, &rtsp_port, "port of the simulated cameras (8554)", "N"},
    {"photo", 0, 0, G_OPTION_ARG_STRING, &photo, "hash of a JPEG in the media folder", "HASH"},
    {"photo-bytes", 0, 0, G_OPTION_ARG_INT64, &photo_bytes, "its size", "N"},
    {"seed", 0, 0, G_OPTION_ARG_INT, &seed, "of the random numbers (1)", "N"},
    {NULL}};

static const GwActor admin = {.role = GW_ROLE_ADMIN};

/* A name in the demo's folder, or a path. */
static char *read_demo(const char *name) {
  g_autofree char *path = g_path_is_absolute(name) ? g_strdup(name) : g_build_filename(demo, name, NULL);
  char *text = NULL;
  g_autoptr(GError) error = NULL;
  if (!g_file_get_contents(path, &text, NULL, &error)) {
    fprintf(stderr, "gwfarm-history: %s\n", error->message);
    exit(1);
  }
  return text;
}

static void import(World *w, const char *noun, const char *body) {
  json_decref(world_command(w, &admin, "import.apply", json_pack("{s:s, s:s}", "noun", noun, "body", body)));
}

static void import_file(World *w, const char *noun, const char *name) {
  g_autofree char *body = read_demo(name);
  import(w, noun, body);
}

/* The first N cameras, at the port where the farm plays them. */
static void import_cameras(World *w) {
  g_autofree char *all = read_demo("cameras.csv");
  g_auto(GStrv) lines = g_strsplit(all, "\n", n_cameras + 2);
  if (g_strv_length(lines) == (guint)n_cameras + 2)
    lines[n_cameras + 1][0] = '\0';
  g_autofree char *some = g_strjoinv("\n", lines);
  g_auto(GStrv) parts = g_strsplit(some, "{port}", -1);
  g_autofree char *port = g_strdup_printf("%d", rtsp_port);
  g_autofree char *body = g_strjoinv(port, parts);
  import(w, "camera", body);
}

GW_SQL(UNIT_BY_CODE, "select id from unit where code = :text");
GW_SQL(USER_BY_NAME, "select id from user where name = :text");

static GwActor add_user(World *w, const char *name, const char *role, const char *display, const char *unit_code) {
  static char hash[crypto_pwhash_STRBYTES]; /* one password for all: it is the demo's, and printed */
  if (!*hash && crypto_pwhash_str(hash, "gridwarden-demo", strlen("gridwarden-demo"), crypto_pwhash_OPSLIMIT_INTERACTIVE, crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0)
    exit(1);
  GwId unit_id = unit_code ? world_number(w, &UNIT_BY_CODE, 0, unit_code) : 0;
  json_t *args = json_pack("{s:s, s:s, s:s, s:s, s:s}", "name", name, "role", role, "display", display, "password", "gridwarden-demo", "_password_hash", hash);
  if (unit_id)
    json_object_set_new(args, "unit_id", json_integer(unit_id));
  json_decref(world_command(w, &admin, "user.add", args));
  return (GwActor){.user_id = world_number(w, &USER_BY_NAME, 0, name), .unit_id = unit_id, .role = gw_role_from_string(role)};
}

GW_SQL(NEXT_BUILDING, "select min(id) from place where kind = 'building' and id > :id");
GW_SQL(NEXT_CAMERA, "select min(id) from camera where id > :id");

static GArray *ids(World *w, const GwSql *next) {
  GArray *list = g_array_new(FALSE, FALSE, sizeof(GwId));
  for (GwId id = 1; (id = world_number(w, next, list->len ? g_array_index(list, GwId, list->len - 1) : -1, NULL)) > 0;)
    g_array_append_val(list, id);
  return list;
}

static void come_on_duty(World *w, const GwActor *patrol) {
  json_decref(world_command(w, patrol, "unit.duty", json_pack("{s:b}", "on", TRUE)));
}

static void people(Cast *cast) {
  World *w = cast->world;
  add_user(w, "admin", "admin", "系统管理员", NULL);
  cast->supervisor = add_user(w, "supervisor", "supervisor", "刘桂芬", NULL);
  cast->operators[0] = add_user(w, "operator", "operator", "王海燕", NULL);
  cast->operators[1] = add_user(w, "operator2", "operator", "李建国", NULL);
  static const char *const units[] = {"U-N1", "U-N2", "U-M1", "U-F1"}, *const names[] = {"patrol1", "patrol2", "patrol3", "patrol5"};
  static const char *const displays[] = {"夜巡1组", "夜巡2组", "机动岗", "维保组"};
  for (gsize i = 0; i < G_N_ELEMENTS(units); i++) {
    cast->patrols[i] = add_user(w, names[i], "patrol", displays[i], units[i]);
    come_on_duty(w, &cast->patrols[i]);
  }
  add_user(w, "patrol4", "patrol", "夕阳红一队", "U-V1");
  json_t *token = world_command(w, &admin, "token.add", json_pack("{s:s, s:s, s:i}", "kind", "source", "label", "aibox-past", "most_priority", 1));
  json_decref(token);
}

GW_SQL(SOURCE_USER, "select max(id) from user where role = 'source'");

static void past(Cast *cast) {
  World *w = cast->world;
  cast->source = (GwActor){.user_id = world_number(w, &SOURCE_USER, 0, NULL), .role = GW_ROLE_SOURCE};
  cast->buildings = ids(w, &NEXT_BUILDING);
  cast->cameras = ids(w, &NEXT_CAMERA);
  cast->photo = photo;
  json_decref(world_observe(w, "file.stored", json_pack("{s:s, s:s, s:I, s:I}", "hash", photo, "kind", "jpg", "bytes", (json_int_t)photo_bytes, "user_id",
                                                        (json_int_t)cast->patrols[0].user_id)));
  /* The last half hour is left to the live demo. */
  for (GwUsec day = world_now_us(w); day < world_end_us(w) - GW_DAY; day += GW_DAY)
    story_plan_day(cast, day);
  world_live(w);
}

int main(int argc, char **argv) {
  g_autoptr(GError) error = NULL;
  g_autoptr(GOptionContext) context = g_option_context_new("- makes the demo's database with a past");
  g_option_context_add_main_entries(context, options, NULL);
  if (!g_option_context_parse(context, &argc, &argv, &error) || !database || !key_file || !demo || (days > 0 && !photo)) {
    fprintf(stderr, "gwfarm-history: %s\n", error ? error->message : "needs --database, --key, --demo and, with a past, --photo");
    return 2;
  }
  gw_log_init("gwfarm-history", GW_LOG_WARNING);
  if (sodium_init() < 0)
    return 1;
  World *w = world_new(database, key_file, days, (guint)seed);
  Cast cast = {.world = w};
  import_file(w, "place", "places.geojson");
  import_file(w, "place", "ways.geojson");
  import_file(w, "person", "people.csv");
  import_file(w, "slot", "slots.csv");
  import_file(w, "unit", "units.csv");
  import_file(w, "checkpoint", "checkpoints.csv");
  import_cameras(w);
  people(&cast);
  if (days > 0)
    past(&cast);
  import_file(w, "route", routes ? routes : "routes.csv"); /* last: its rounds begin now */
  world_free(w);
  return 0;
}

#include "pipelines/sandbox_private.h"

#include <fcntl.h>
#include <linux/landlock.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The kernel's newer rights, which Debian 12's headers do not name. */
#define ACCESS_TRUNCATE (1ULL << 14)           /* version 3 */
#define SCOPE_ABSTRACT_UNIX_SOCKET (1ULL << 0) /* version 6 */
#define SCOPE_SIGNAL (1ULL << 1)

#define READ (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define VERSION_1                                                                                            \
  (READ | LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |       \
   LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR |             \
   LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO |               \
   LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM)

/* The kernel's struct as of version 6; older ones take as much of it as they know. */
typedef struct Rules {
  guint64 fs, net, scoped;
} Rules;

static gsize rules_bytes(int version) {
  return version >= 6 ? sizeof(Rules) : version >= 4 ? 2 * sizeof(guint64) : sizeof(guint64);
}

static Rules rules_of(int version) {
  Rules rules = {.fs = VERSION_1};
  if (version >= 2)
    rules.fs |= LANDLOCK_ACCESS_FS_REFER;
  if (version >= 3)
    rules.fs |= ACCESS_TRUNCATE;
  if (version >= 6)
    rules.scoped = SCOPE_ABSTRACT_UNIX_SOCKET | SCOPE_SIGNAL;
  return rules;
}

/* A folder that this machine lacks needs no rule. */
static void allow(int set, const char *path, guint64 access) {
  struct landlock_path_beneath_attr beneath = {.allowed_access = access};
  beneath.parent_fd = open(path, O_PATH | O_CLOEXEC);
  if (beneath.parent_fd < 0)
    return;
  (void)syscall(SYS_landlock_add_rule, set, LANDLOCK_RULE_PATH_BENEATH, &beneath,
                0); /* then it stays closed */
  close(beneath.parent_fd);
}

#if defined(__SANITIZE_ADDRESS__)
/* Its report names the lines of this program, and leaves out what a file of the tests lists. */
static void allow_sanitizer(int set) {
  g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
  const char *options = g_getenv("LSAN_OPTIONS"), *listed = options ? strstr(options, "suppressions=") : NULL;
  g_autofree char *list = listed ? g_strdup(listed + strlen("suppressions=")) : NULL;
  if (self)
    allow(set, self, LANDLOCK_ACCESS_FS_READ_FILE);
  if (list) {
    list[strcspn(list, ":")] = '\0';
    allow(set, list, LANDLOCK_ACCESS_FS_READ_FILE);
  }
}
#endif

static void allow_all(int set, const char *plugin_folders) {
  static const char *const read[] = {"/usr",  "/lib", "/lib64", "/etc",
                                     "/proc", "/sys", "/dev",   "/run/systemd/resolve"};
  for (gsize i = 0; i < G_N_ELEMENTS(read); i++)
    allow(set, read[i], READ);
  allow(set, "/dev/null", LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE);
  g_auto(GStrv) folders = g_strsplit(plugin_folders ? plugin_folders : "", ":", -1);
  for (char **folder = folders; *folder; folder++)
    if (**folder)
      allow(set, *folder, READ);
#if defined(__SANITIZE_ADDRESS__)
  allow_sanitizer(set);
#endif
}

int gw_sandbox_files(const char *plugin_folders) {
  const int version = (int)syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
  if (version < 1)
    return 0;
  const Rules rules = rules_of(version);
  const int set = (int)syscall(SYS_landlock_create_ruleset, &rules, rules_bytes(version), 0);
  if (set < 0)
    return 0;
  allow_all(set, plugin_folders);
  const gboolean ok = syscall(SYS_landlock_restrict_self, set, 0) == 0;
  close(set);
  return ok ? version : 0;
}

/* What a worker that was taken over can still do.  Each fact runs in a process of its own: there is no way
 * out. */
#include "pipelines/sandbox.h"
#include "tests/pipelines/cm.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define LACKS_IT 77

typedef gboolean (*Attempt)(const GwSandbox *sandbox, gpointer user);

/* TRUE: the attempt ended as it says it should; a kernel that lacks what the fact is about is passed over. */
static gboolean confined(Attempt attempt, gpointer user) {
  const pid_t pid = fork();
  assert_true(pid >= 0);
  if (pid == 0) {
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    const GwSandbox sandbox = gw_sandbox_enter(NULL);
    _exit(attempt(&sandbox, user) ? 0 : 1);
  }
  int status = 0;
  assert_int_equal(waitpid(pid, &status, 0), pid);
  return WIFEXITED(status) && (WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == LACKS_IT);
}

static void need(gboolean has_it) {
  if (!has_it)
    _exit(LACKS_IT);
}

static gboolean is_closed(const char *path, int flags) {
  errno = 0;
  return open(path, flags | O_CLOEXEC, 0600) < 0 && errno == EACCES;
}

static gboolean try_files(const GwSandbox *sandbox, gpointer secret) {
  need(sandbox->landlock > 0);
  g_autofree char *fresh = g_strconcat(secret, ".new", NULL);
  return is_closed(secret, O_RDONLY) && is_closed(secret, O_WRONLY) && is_closed(fresh, O_WRONLY | O_CREAT) &&
         g_unlink(secret) < 0 && g_rename(secret, fresh) < 0 && is_closed("/etc/hosts", O_WRONLY | O_APPEND);
}

static void neither_the_centers_key_is_read_nor_a_file_written(void **state) {
  g_autofree char *folder = g_dir_make_tmp("gw-sandbox-XXXXXX", NULL);
  g_autofree char *secret = g_build_filename(folder, "key", NULL);
  assert_true(g_file_set_contents(secret, "secret", -1, NULL));
  const gboolean ok = confined(try_files, secret);
  assert_int_equal(g_unlink(secret), 0);
  assert_int_equal(g_rmdir(folder), 0);
  assert_true(ok);
}

static gboolean try_programs(const GwSandbox *sandbox, gpointer user) {
  need(sandbox->seccomp);
  char *argv[] = {(char *)"/bin/true", NULL};
  errno = 0;
  execv(argv[0], argv);
  return errno == EPERM;
}

static void no_other_program_is_started(void **state) {
  assert_true(confined(try_programs, NULL));
}

static gboolean is_refused(long result) {
  return result < 0 && errno == EPERM;
}

static gboolean try_calls(const GwSandbox *sandbox, gpointer user) {
  need(sandbox->seccomp);
  return is_refused(kill(getppid(), 0)) && is_refused(syscall(SYS_tgkill, getppid(), getppid(), 0)) &&
         is_refused(unshare(0)) && is_refused(syscall(SYS_bpf, 0, NULL, 0)) &&
         is_refused(syscall(SYS_io_uring_setup, 1, NULL)) && is_refused(syscall(SYS_keyctl, 0, 0, 0, 0, 0)) &&
#if !defined(__SANITIZE_ADDRESS__)
         is_refused(ptrace(PTRACE_ATTACH, getppid(), NULL, NULL)) &&
#endif
         socket(AF_PACKET, SOCK_RAW, 0) < 0 && errno == EAFNOSUPPORT;
}

static void the_daemon_and_the_machine_are_out_of_reach(void **state) {
  assert_true(confined(try_calls, NULL));
}

static gpointer on_thread(gpointer user) {
  return GINT_TO_POINTER(is_refused(syscall(SYS_bpf, 0, NULL, 0)) ? 1 : 0);
}

static gboolean try_work(const GwSandbox *sandbox, gpointer user) {
  const int udp = socket(AF_INET, SOCK_DGRAM, 0);
  struct sockaddr_in any = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  const int dump = memfd_create("dump", MFD_CLOEXEC);
  g_autofree char *path = g_strdup_printf("/proc/self/fd/%d", dump);
  g_autofree char *hosts = NULL;
  GThread *thread = g_thread_new("work", on_thread, NULL);
  const gboolean inherits = GPOINTER_TO_INT(g_thread_join(thread)) == 1 || !sandbox->seccomp;
  return inherits && udp >= 0 && bind(udp, (struct sockaddr *)&any, sizeof any) == 0 &&
         write(dump, "GW1", 3) == 3 && open(path, O_RDONLY | O_CLOEXEC) >= 0 &&
         g_file_get_contents("/etc/hosts", &hosts, NULL, NULL) &&
         open("/dev/null", O_RDWR | O_CLOEXEC) >= 0 && syscall(SYS_tgkill, getpid(), gettid(), 0) == 0;
}

static void what_a_worker_works_with_stays_open(void **state) {
  assert_true(confined(try_work, NULL));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(neither_the_centers_key_is_read_nor_a_file_written),
      cmocka_unit_test(no_other_program_is_started),
      cmocka_unit_test(the_daemon_and_the_machine_are_out_of_reach),
      cmocka_unit_test(what_a_worker_works_with_stays_open),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "pipelines/sandbox_private.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#define FOREIGN_CALLS 0x40000000u /* the x32 numbers are another way to the same calls */
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#define FOREIGN_CALLS 0xffffffffu
#endif

/* A worker neither starts programs nor looks into others, nor changes the machine.  What only one
 * architecture has stands at the end. */
static const int denied[] = {
    SYS_execve,
    SYS_execveat,
    SYS_process_vm_readv,
    SYS_process_vm_writev,
    SYS_kcmp,
    SYS_pidfd_getfd,
    SYS_kill,
    SYS_tkill,
    SYS_rt_sigqueueinfo,
    SYS_rt_tgsigqueueinfo,
    SYS_pidfd_send_signal,
    SYS_mount,
    SYS_umount2,
    SYS_pivot_root,
    SYS_chroot,
    SYS_open_tree,
    SYS_move_mount,
    SYS_fsopen,
    SYS_fsmount,
    SYS_fsconfig,
    SYS_fspick,
    SYS_mount_setattr,
    SYS_setns,
    SYS_unshare,
    SYS_init_module,
    SYS_finit_module,
    SYS_delete_module,
    SYS_kexec_load,
    SYS_bpf,
    SYS_perf_event_open,
    SYS_keyctl,
    SYS_add_key,
    SYS_request_key,
    SYS_userfaultfd,
    SYS_io_uring_setup,
    SYS_io_uring_enter,
    SYS_io_uring_register,
    SYS_name_to_handle_at,
    SYS_open_by_handle_at,
    SYS_mknodat,
    SYS_quotactl,
    SYS_acct,
    SYS_swapon,
    SYS_swapoff,
    SYS_reboot,
    SYS_sethostname,
    SYS_setdomainname,
    SYS_settimeofday,
    SYS_clock_settime,
    SYS_clock_adjtime,
    SYS_adjtimex,
    SYS_syslog,
    SYS_personality,
    SYS_setuid,
    SYS_setgid,
    SYS_setreuid,
    SYS_setregid,
    SYS_setresuid,
    SYS_setresgid,
    SYS_setgroups,
    SYS_capset,
#if !defined(__SANITIZE_ADDRESS__) /* its search for leaks stops the other threads by tracing them */
    SYS_ptrace,
#endif
#if defined(__x86_64__)
    SYS_kexec_file_load,
    SYS_mknod,
    SYS_ioperm,
    SYS_iopl,
    SYS_modify_ldt,
    SYS_uselib,
#endif
};

/* GIO asks the kernel about its networks (netlink); nothing else but local and IP is a camera or a reader. */
static const int families[] = {AF_UNIX, AF_INET, AF_INET6, AF_NETLINK};

#if defined(ARCHITECTURE)
#define PROGRAM_MOST (2 * G_N_ELEMENTS(denied) + 40)

typedef struct Program {
  struct sock_filter line[PROGRAM_MOST];
  unsigned short n;
} Program;

static void add(Program *p, struct sock_filter line) {
  g_assert(p->n < PROGRAM_MOST);
  p->line[p->n++] = line;
}

#define LOAD(what)                                                                                           \
  ((struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, what)))
#define ANSWER(what) ((struct sock_filter)BPF_STMT(BPF_RET | BPF_K, (what)))
#define IF_EQUAL(k, yes, no)                                                                                 \
  ((struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (guint32)(k), (yes), (no)))
#define DENY ANSWER(SECCOMP_RET_ERRNO | EPERM)

static void check_architecture(Program *p) {
  add(p, LOAD(arch));
  add(p, IF_EQUAL(ARCHITECTURE, 1, 0));
  add(p, ANSWER(SECCOMP_RET_KILL_PROCESS));
  add(p, LOAD(nr));
  add(p, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, FOREIGN_CALLS, 0, 1));
  add(p, DENY);
}

/* Aborting is a signal to oneself. */
static void check_tgkill(Program *p) {
  add(p, IF_EQUAL(SYS_tgkill, 0, 4));
  add(p, LOAD(args[0]));
  add(p, IF_EQUAL(getpid(), 0, 1));
  add(p, ANSWER(SECCOMP_RET_ALLOW));
  add(p, DENY);
}

static void check_socket(Program *p) {
  const guint8 n = G_N_ELEMENTS(families);
  add(p, IF_EQUAL(SYS_socket, 0, (guint8)(n + 3)));
  add(p, LOAD(args[0]));
  for (guint8 i = 0; i < n; i++)
    add(p, IF_EQUAL(families[i], (guint8)(n - i), 0));
  add(p, ANSWER(SECCOMP_RET_ERRNO | EAFNOSUPPORT));
  add(p, ANSWER(SECCOMP_RET_ALLOW));
}

gboolean gw_sandbox_calls(void) {
  Program p = {.n = 0};
  check_architecture(&p);
  check_tgkill(&p);
  check_socket(&p);
  for (gsize i = 0; i < G_N_ELEMENTS(denied); i++) {
    add(&p, IF_EQUAL(denied[i], 0, 1));
    add(&p, DENY);
  }
  add(&p, ANSWER(SECCOMP_RET_ALLOW));
  struct sock_fprog program = {.len = p.n, .filter = p.line};
  return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program) == 0;
}
#else
gboolean gw_sandbox_calls(void) {
  return FALSE;
}
#endif

GwSandbox gw_sandbox_enter(const char *plugin_folders) {
  GwSandbox sandbox = {.landlock = gw_sandbox_files(plugin_folders)};
  sandbox.seccomp = gw_sandbox_calls();
  return sandbox;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "jip-pdf-helper-lock.h"

#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

/* What the helper takes from itself before it looks at the document: memory, time, files to write, and every system
 * call that reading a PDF does not need. The mount and network namespaces come from whoever started it. */

#define MEMORY (256u << 20)
#define CPU_SECONDS 10
#define DESCRIPTORS 64

#if defined(__SANITIZE_ADDRESS__)
#define WITH_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WITH_SANITIZER 1
#endif
#endif

static const int allowed[] = {
  SCMP_SYS (read),
  SCMP_SYS (readv),
  SCMP_SYS (pread64),
  SCMP_SYS (write),
  SCMP_SYS (writev),
  SCMP_SYS (lseek),
  SCMP_SYS (close),
  SCMP_SYS (fstat),
  SCMP_SYS (stat),
  SCMP_SYS (lstat),
  SCMP_SYS (newfstatat),
  SCMP_SYS (statx),
  SCMP_SYS (statfs),
  SCMP_SYS (fstatfs),
  SCMP_SYS (access),
  SCMP_SYS (faccessat),
  SCMP_SYS (faccessat2),
  SCMP_SYS (readlink),
  SCMP_SYS (readlinkat),
  SCMP_SYS (getdents64),
  SCMP_SYS (getcwd),
  SCMP_SYS (fcntl),
  SCMP_SYS (fadvise64),
  SCMP_SYS (poll),
  SCMP_SYS (ppoll),
  SCMP_SYS (mmap),
  SCMP_SYS (munmap),
  SCMP_SYS (mprotect),
  SCMP_SYS (mremap),
  SCMP_SYS (madvise),
  SCMP_SYS (brk),
  SCMP_SYS (futex),
  SCMP_SYS (set_robust_list),
  SCMP_SYS (rseq),
  SCMP_SYS (rt_sigaction),
  SCMP_SYS (rt_sigprocmask),
  SCMP_SYS (rt_sigreturn),
  SCMP_SYS (sigaltstack),
  SCMP_SYS (clock_gettime),
  SCMP_SYS (clock_getres),
  SCMP_SYS (gettimeofday),
  SCMP_SYS (time),
  SCMP_SYS (times),
  SCMP_SYS (getrusage),
  SCMP_SYS (nanosleep),
  SCMP_SYS (clock_nanosleep),
  SCMP_SYS (getrandom),
  SCMP_SYS (getpid),
  SCMP_SYS (gettid),
  SCMP_SYS (getuid),
  SCMP_SYS (geteuid),
  SCMP_SYS (getgid),
  SCMP_SYS (getegid),
  SCMP_SYS (uname),
  SCMP_SYS (sysinfo),
  SCMP_SYS (sched_yield),
  SCMP_SYS (sched_getaffinity),
  SCMP_SYS (exit),
  SCMP_SYS (exit_group),
  SCMP_SYS (restart_syscall),
};

/* The hard limit lies a little higher, so that the signal that ends the helper says which limit it was. */
static gboolean
limit (int resource, rlim_t value, rlim_t more)
{
  struct rlimit rlimit = { value, value + more };
  return setrlimit (resource, &rlimit) == 0;
}

static gboolean
set_limits (void)
{
#ifndef WITH_SANITIZER
  if (!limit (RLIMIT_AS, MEMORY, 0))
    return FALSE;
#endif
  return limit (RLIMIT_CPU, CPU_SECONDS, 2) && limit (RLIMIT_FSIZE, 0, 0)
         && limit (RLIMIT_NOFILE, DESCRIPTORS, 0) && limit (RLIMIT_CORE, 0, 0);
}

/* Files open for reading only, signals go to the helper itself only; everything that is not in the list fails as if the kernel did not have it. */
static gboolean
add_rules (scmp_filter_ctx context)
{
  const scmp_datum_t writing = O_WRONLY | O_RDWR | O_CREAT | O_TRUNC | O_APPEND;

  for (guint i = 0; i < G_N_ELEMENTS (allowed); i++)
    if (seccomp_rule_add (context, SCMP_ACT_ALLOW, allowed[i], 0) != 0)
      return FALSE;
  return seccomp_rule_add (context, SCMP_ACT_ALLOW, SCMP_SYS (tgkill), 1,
                           SCMP_A0 (SCMP_CMP_EQ, (scmp_datum_t) getpid ())) /* abort() */
             == 0
         && seccomp_rule_add (context, SCMP_ACT_ALLOW, SCMP_SYS (openat), 1,
                              SCMP_A2 (SCMP_CMP_MASKED_EQ, writing, 0))
                == 0
         && seccomp_rule_add (context, SCMP_ACT_ALLOW, SCMP_SYS (open), 1,
                              SCMP_A1 (SCMP_CMP_MASKED_EQ, writing, 0))
                == 0;
}

/* Returns: whether the document may be opened now. */
gboolean
jip_pdf_helper_lock (void)
{
  scmp_filter_ctx context = seccomp_init (SCMP_ACT_ERRNO (ENOSYS));

  if (context == NULL)
    return FALSE;
  gboolean locked = prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl (PR_SET_DUMPABLE, 0, 0, 0, 0) == 0
                    && set_limits () && add_rules (context) && seccomp_load (context) == 0;
  seccomp_release (context);
  return locked;
}

#define _GNU_SOURCE
#include "guardian.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static char line[AWSJOB_GUARDIAN_LINE];
static char reading[AWSJOB_GUARDIAN_LINE];

/// Closes every descriptor from `first` on.
static void close_from(int first) {
#ifdef SYS_close_range
    if (syscall(SYS_close_range, (unsigned)first, ~0U, 0U) == 0) return;
#endif
    struct rlimit limit;
    int end = 65536;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < 65536) end = (int)limit.rlim_cur;
    for (int fd = first; fd < end; fd++) close(fd);
}

/// Shows `ps` and `pkill -f` a guardian instead of a second runner. Arguments lie one behind another in memory.
static void rename_process(int argc, char **argv) {
    static const char name[] = "awsjob-guardian";
    prctl(PR_SET_NAME, name, 0, 0, 0);
    if (argc < 1) return;
    char *end = argv[argc - 1] + strlen(argv[argc - 1]);
    size_t room = (size_t)(end - argv[0]);
    memset(argv[0], 0, room);
    memcpy(argv[0], name, room < sizeof name ? room : sizeof name - 1);
}

/// Reads lines until end of file. 1 when the last whole line asks for a rescue, 0 after a goodbye or no line.
static int runner_was_lost(int fd) {
    size_t kept = 0, filled = 0;
    int too_long = 0;
    for (;;) {
        ssize_t count = read(fd, reading + filled, sizeof reading - filled);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) break;
        filled += (size_t)count;
        char *newline;
        while ((newline = memchr(reading, '\n', filled)) != NULL) {
            size_t length = (size_t)(newline - reading);
            if (!too_long) {
                memcpy(line, reading, length);
                kept = length;
            }
            too_long = 0;
            filled -= length + 1;
            memmove(reading, newline + 1, filled);
        }
        if (filled == sizeof reading) {
            filled = 0;
            too_long = 1;
        }
        if (kept == 1 && line[0] == '.') return 0;
    }
    line[kept] = '\n';
    return kept > 0;
}

static void rescue(void) {
    size_t length = (size_t)((char *)memchr(line, '\n', sizeof line) - line) + 1;
    int handover = (int)syscall(SYS_memfd_create, "awsjob-handover", 0U);
    if (handover < 0 || write(handover, line, length) != (ssize_t)length) _exit(1);
    lseek(handover, 0, SEEK_SET);
    int nothing = open("/dev/null", O_RDWR);
    dup2(handover, 0);
    dup2(nothing, 1);
    dup2(nothing, 2);
    close_from(3);
    char *arguments[] = {"awsjob", "guard", NULL};
    execve("/proc/self/exe", arguments, environ);
    _exit(1);
}

static void stand_guard(int fd, int argc, char **argv) {
    setsid();
    // A kill of the job must not take the guardian with it; only SIGKILL of this very process can.
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
    // Its environment holds the job's keys.
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    // It stays in the job's folder: paths in the environment may be relative.
    if (dup2(fd, 0) < 0) _exit(1);
    close_from(1);
    rename_process(argc, argv);
    if (runner_was_lost(0)) rescue();
    _exit(0);
}

/// Swift's runtime catches SIGQUIT to print a backtrace and would swallow a kill that arrives during start-up. In a static
/// build this runs before it; main unblocks the signals again where nothing waits for them.
__attribute__((constructor(101))) static void hold_kills(void) {
    awsjob_remember_signals();
    sigset_t kills;
    sigemptyset(&kills);
    sigaddset(&kills, SIGINT);
    sigaddset(&kills, SIGTERM);
    sigaddset(&kills, SIGHUP);
    sigaddset(&kills, SIGQUIT);
    sigprocmask(SIG_BLOCK, &kills, NULL);
}

int awsjob_guardian_fork(int argc, char **argv) {
    int ends[2];
    // A caller may have closed standard descriptors; the pipe must not become one of them.
    for (int fd = 0; fd <= 2; fd++) {
        if (fcntl(fd, F_GETFD) < 0) open("/dev/null", fd == 0 ? O_RDONLY : O_WRONLY);
    }
    if (pipe2(ends, O_CLOEXEC) != 0) return -1;
    // The child in between makes the guardian nobody's child, so that no walk down the runner's children finds it. It
    // borrows our memory (vfork), so that only one copy of the page tables is made.
    pid_t child = vfork();
    if (child == 0) {
        pid_t guardian = (pid_t)syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL);
        if (guardian == 0) {
            close(ends[1]);
            stand_guard(ends[0], argc, argv);
        }
        _exit(guardian < 0 ? 1 : 0);
    }
    int reason = errno;
    close(ends[0]);
    int status = 0;
    if (child > 0) {
        while (waitpid(child, &status, 0) < 0 && errno == EINTR) {}
        reason = EAGAIN;
    }
    if (child < 0 || !WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        close(ends[1]);
        errno = reason;
        return -1;
    }
    return ends[1];
}

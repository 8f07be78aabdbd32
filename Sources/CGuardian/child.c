#define _GNU_SOURCE
#include "guardian.h"

#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/// What the caller of this program had set up, before anything here changed it.
static sigset_t first_mask;
static int ignored_pipe, ignored_size;

void awsjob_remember_signals(void) {
    struct sigaction current;
    sigprocmask(SIG_SETMASK, NULL, &first_mask);
    ignored_pipe = sigaction(SIGPIPE, NULL, &current) == 0 && current.sa_handler == SIG_IGN;
    ignored_size = sigaction(SIGXFSZ, NULL, &current) == 0 && current.sa_handler == SIG_IGN;
}

int awsjob_child_fork(char *const *argv, int output, int errors) {
    pid_t parent = getpid();
    volatile int reason = 0;
    // It borrows our memory until it executes the command, so that nothing is copied and `reason` comes back.
    pid_t child = vfork();
    if (child != 0) {
        int forked = errno;
        if (child < 0) {
            errno = forked;
            return -1;
        }
        if (reason == 0) return child;
        while (waitpid(child, NULL, 0) < 0 && errno == EINTR) {}
        errno = reason;
        return -1;
    }
    // Killed with us; if we were killed before this, there is nobody left to run for.
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    if (getppid() != parent) _exit(1);
    dup2(output, 1);
    dup2(errors, 2);
    // A handler of ours must not run in the child, which still has our memory.
    struct sigaction current;
    for (int number = 1; number < 32; number++) {
        if (sigaction(number, NULL, &current) == 0 && current.sa_handler != SIG_IGN) signal(number, SIG_DFL);
    }
    signal(SIGPIPE, ignored_pipe ? SIG_IGN : SIG_DFL);
    signal(SIGXFSZ, ignored_size ? SIG_IGN : SIG_DFL);
    sigprocmask(SIG_SETMASK, &first_mask, NULL);
    execvp(argv[0], argv);
    reason = errno;
    _exit(127);
}

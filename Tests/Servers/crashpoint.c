// crashpoint -o REPORT [-r STOP [-g]] [-w STOP] COMMAND ARG...: runs awsjob and kills it with SIGKILL at one system call.
//   -r STOP  the runner, when it comes to its STOP-th stop: each system call stops twice, before and after it is carried out
//   -g       with its whole process group
//   -w STOP  the guardian, from its fork to the end of its rescue, likewise
// Stops of the runner are counted from its fork of the guardian on, when the program has begun. Writes one line to REPORT,
// at each kill and at the end:
//   runner STOPS guardian STOPS killed NUMBER-OF-KILLS
// Ends when all of them have, with the runner's exit code, or dies of the runner's signal.
//
// Built with `cc -O2` by the tests.
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum role { NONE, RUNNER, GUARDIAN };

// By thread id modulo the table's size: a run has a handful.
static struct { pid_t tid; enum role role; } traced[4096];
static pid_t runner;
static long stops[3], kill_at[3];
static int kills, whole_group;
static const char *report = "/dev/null";

static enum role *role_of(pid_t tid) {
    unsigned slot = (unsigned)tid % 4096;
    while (traced[slot].tid != 0 && traced[slot].tid != tid) slot = (slot + 1) % 4096;
    traced[slot].tid = tid;
    return &traced[slot].role;
}

/// A new thread of the runner counts as the runner; any other process as the guardian.
static enum role role_of_new(pid_t tid) {
    char path[64], line[128];
    snprintf(path, sizeof path, "/proc/%d/status", tid);
    FILE *file = fopen(path, "r");
    int group = 0;
    while (file && fgets(line, sizeof line, file) && sscanf(line, "Tgid: %d", &group) != 1) {}
    if (file) fclose(file);
    return group == runner ? RUNNER : GUARDIAN;
}

static void write_report(void) {
    FILE *file = fopen(report, "w");
    if (file) fprintf(file, "runner %ld guardian %ld killed %d\n", stops[RUNNER], stops[GUARDIAN], kills);
    if (file) fclose(file);
}

static void count(pid_t tid, enum role role) {
    if (role == RUNNER && stops[GUARDIAN] == 0) return;
    if (++stops[role] != kill_at[role]) return;
    kill(role == RUNNER ? (whole_group ? -runner : runner) : tid, SIGKILL);
    kills++;
    write_report();
}

static pid_t launch(char **command) {
    pid_t child = fork();
    if (child == 0) {
        setpgid(0, 0);
        ptrace(PTRACE_TRACEME, 0, 0, 0);
        raise(SIGSTOP);
        execvp(command[0], command);
        _exit(127);
    }
    int status;
    if (child < 0 || waitpid(child, &status, 0) != child || !WIFSTOPPED(status)) exit(2);
    long events = PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC;
    if (ptrace(PTRACE_SETOPTIONS, child, 0, events) != 0) {
        perror("ptrace");
        exit(2);
    }
    *role_of(child) = RUNNER;
    ptrace(PTRACE_SYSCALL, child, 0, 0);
    return child;
}

/// The signal to go on with.
static int take_stop(pid_t tid, int status) {
    enum role *role = role_of(tid);
    int signal = WSTOPSIG(status);
    if (*role == NONE) {
        *role = role_of_new(tid);
        if (*role == GUARDIAN) stops[GUARDIAN]++;
        return signal == SIGSTOP ? 0 : signal;
    }
    if (signal == (SIGTRAP | 0x80)) count(tid, *role);
    return signal == (SIGTRAP | 0x80) || status >> 16 != 0 || signal == SIGSTOP ? 0 : signal;
}

int main(int argc, char **argv) {
    for (int option; (option = getopt(argc, argv, "+o:r:gw:")) != -1;) {
        switch (option) {
        case 'o': report = optarg; break;
        case 'r': kill_at[RUNNER] = atol(optarg); break;
        case 'g': whole_group = 1; break;
        case 'w': kill_at[GUARDIAN] = atol(optarg); break;
        default: return 2;
        }
    }
    if (optind == argc) return 2;
    runner = launch(argv + optind);
    int ending = 0;
    for (int status;;) {
        pid_t tid = waitpid(-1, &status, __WALL);
        if (tid < 0 && errno == EINTR) continue;
        if (tid < 0) break;
        if (WIFSTOPPED(status)) {
            ptrace(PTRACE_SYSCALL, tid, 0, take_stop(tid, status));
        } else if (tid == runner) {
            ending = status;
        }
    }
    write_report();
    if (WIFEXITED(ending)) return WEXITSTATUS(ending);
    struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    signal(WTERMSIG(ending), SIG_DFL);
    raise(WTERMSIG(ending));
    return 2;
}

// launcher COMMAND ARG...: runs a command and prints what it cost as one line of JSON, the last on standard output:
//   exec_at     time just before the exec, seconds since 1970
//   wall_s      seconds from there to its end
//   cpu_s       user and system seconds of the command and of the children it waited for
//   maxrss_kib  its largest resident set
//   exit        its exit code, or 128 + the signal that ended it
// The command's own output is dropped unless KEEP=1.
//
// Built with `cc -O2 -static`: ru_maxrss survives exec, so that a command started from a large process seems as large.
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double seconds(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return now.tv_sec + now.tv_nsec / 1e9;
}

static double cpu_seconds(const struct rusage *usage) {
    return usage->ru_utime.tv_sec + usage->ru_stime.tv_sec + (usage->ru_utime.tv_usec + usage->ru_stime.tv_usec) / 1e6;
}

int main(int argc, char **argv) {
    if (argc < 2) {
        fprintf(stderr, "usage: launcher COMMAND ARG...\n");
        return 2;
    }
    const char *keep = getenv("KEEP");
    int output = keep && strcmp(keep, "1") == 0 ? -1 : open("/dev/null", O_WRONLY | O_CLOEXEC);

    double exec_at = seconds(CLOCK_REALTIME), started = seconds(CLOCK_MONOTONIC);
    pid_t child = vfork();
    if (child == 0) {
        if (output >= 0) {
            dup2(output, STDOUT_FILENO);
            dup2(output, STDERR_FILENO);
        }
        execvp(argv[1], argv + 1);
        _exit(127);
    }
    int status;
    struct rusage usage;
    if (child < 0 || wait4(child, &status, 0, &usage) < 0) {
        perror("launcher");
        return 2;
    }
    double wall = seconds(CLOCK_MONOTONIC) - started;
    printf("{\"exec_at\": %.6f, \"wall_s\": %.6f, \"cpu_s\": %.6f, \"maxrss_kib\": %ld, \"exit\": %d}\n", exec_at, wall,
           cpu_seconds(&usage), usage.ru_maxrss, WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
    return 0;
}

#ifndef AWSJOB_GUARDIAN_H
#define AWSJOB_GUARDIAN_H

/// Forks the guardian of this process. Call it first in main, while the process is still small and holds nothing.
///
/// The guardian has its own session and no descriptor but the read end of a pipe. It keeps the last whole line that it
/// reads there (at most AWSJOB_GUARDIAN_LINE bytes) and sleeps. At end of file it executes this program again as
/// `awsjob guard`, with that line on standard input; when the last line is "." (goodbye), or there was none, it ends.
///
/// Returns the write end of the pipe (close-on-exec), or -1 with errno.
int awsjob_guardian_fork(int argc, char **argv);

enum { AWSJOB_GUARDIAN_LINE = 16384 };

/// Notes how signals act on this program before anything changes that; called by itself before main.
void awsjob_remember_signals(void);

/// Runs `argv[0]`, looked up in PATH, as a child in our process group that is killed when this process ends. Its standard
/// output and errors are `output` and `errors`; signals act on it as they did on this program at its start.
///
/// Returns its process number, or -1 with errno: ENOENT, EACCES … as execvp(3).
int awsjob_child_fork(char *const *argv, int output, int errors);

#endif

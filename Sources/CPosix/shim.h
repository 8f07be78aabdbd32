#ifndef AWSJOB_CPOSIX_SHIM_H
#define AWSJOB_CPOSIX_SHIM_H

// What Glibc's Swift module leaves out: signalfd's record, variadic calls, macros.

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

extern char **environ;
/// Behind _XOPEN_SOURCE in glibc; in the C locale, which this program never leaves.
extern char *strptime(const char *text, const char *format, struct tm *fields);

static inline char **awsjob_environment(void) { return environ; }

/// Open file description locks (fcntl(2)); glibc names them under _GNU_SOURCE only, which would clash with Swift's Glibc module.
#ifndef F_OFD_SETLK
#define F_OFD_SETLK 37
#endif
/// Locks one byte at `offset`: kind is F_RDLCK, F_WRLCK or F_UNLCK. Never waits. 0, or errno.
static inline int awsjob_lock_byte(int fd, short kind, off_t offset) {
    struct flock lock = {.l_type = kind, .l_whence = SEEK_SET, .l_start = offset, .l_len = 1, .l_pid = 0};
    return fcntl(fd, F_OFD_SETLK, &lock) == 0 ? 0 : errno;
}
#ifndef F_OFD_GETLK
#define F_OFD_GETLK 36
#endif
/// Who keeps a write lock of one byte from being taken: F_RDLCK readers, F_WRLCK a writer, F_UNLCK nobody. -1 with errno.
static inline int awsjob_byte_holder(int fd, off_t offset) {
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = offset, .l_len = 1, .l_pid = 0};
    return fcntl(fd, F_OFD_GETLK, &lock) == 0 ? lock.l_type : -1;
}
/// Puts what is in one pipe into another too, without copying it; never waits. The bytes, 0 at end of file, -1 with errno.
extern ssize_t tee(int from, int into, size_t count, unsigned flags);
static inline long awsjob_tee(int from, int into, size_t count) { return tee(from, into, count, 2 /* SPLICE_F_NONBLOCK */); }
/// Moves bytes from a pipe to another or to a device without copying them; never waits. The bytes, -1 with EAGAIN when there
/// is no room.
extern ssize_t splice(int from, off_t *from_offset, int into, off_t *into_offset, size_t count, unsigned flags);
static inline long awsjob_splice(int from, int into, size_t count) {
    return splice(from, NULL, into, NULL, count, 2 /* SPLICE_F_NONBLOCK */);
}
/// Bytes that can be read from a pipe.
static inline int awsjob_readable_bytes(int fd) {
    int count = 0;
    return ioctl(fd, FIONREAD, &count) == 0 ? count : 0;
}
/// In C, since its compiler does it sixteen bytes at a time.
static inline long awsjob_count_line_feeds(const unsigned char *bytes, long count) {
    long found = 0;
    for (long i = 0; i < count; i++) found += bytes[i] == '\n';
    return found;
}
#ifndef F_SETPIPE_SZ
#define F_SETPIPE_SZ 1031
#endif
static inline void awsjob_enlarge_pipe(int fd, int bytes) { (void)fcntl(fd, F_SETPIPE_SZ, bytes); }
/// A pipe whose ends are closed by exec. 0, or -1 with errno.
extern int pipe2(int ends[2], int flags);
static inline int awsjob_pipe(int *ends) { return pipe2(ends, O_CLOEXEC); }
static inline int awsjob_open(const char *path, int flags, mode_t mode) { return open(path, flags, mode); }
/// No core dump and no ptrace by the same user: memory holds credentials.
static inline void awsjob_forbid_dumps(void) { prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); }
/// The name in `ps -e`, at most 15 bytes.
static inline void awsjob_name_process(const char *name) { prctl(PR_SET_NAME, name, 0, 0, 0); }
/// Columns of the terminal, or 0.
static inline int awsjob_terminal_columns(int fd) {
    struct winsize size;
    return ioctl(fd, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}
/// The kind of file system of a path, a number of statfs(2); 0 when it cannot be told.
static inline unsigned awsjob_file_system(const char *path) {
    struct statfs system;
    return statfs(path, &system) == 0 ? (unsigned)system.f_type : 0;
}
static inline int awsjob_is_ignored(int signal_number) {
    struct sigaction current;
    return sigaction(signal_number, NULL, &current) == 0 && current.sa_handler == SIG_IGN;
}
static inline void awsjob_ignore(int signal_number) { signal(signal_number, SIG_IGN); }
/// Dies of the signal: default action restored, unblocked, raised. Returns only if the process cannot die of it (PID 1).
static inline void awsjob_die_of(int signal_number) {
    sigset_t set;
    signal(signal_number, SIG_DFL);
    sigemptyset(&set);
    sigaddset(&set, signal_number);
    raise(signal_number);
    sigprocmask(SIG_UNBLOCK, &set, NULL);
}

#endif

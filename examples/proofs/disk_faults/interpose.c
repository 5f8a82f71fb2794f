/*
 * Stands between a program and the disk: preloaded (LD_PRELOAD), it passes every call on files below one folder through,
 * writes down what was done, in order, and fails the call that it is told to fail.
 *
 *   DISK_FAULTS_FOLDER   the folder that is watched, absolute, without a slash at its end
 *   DISK_FAULTS_LOG      where the record goes, outside that folder; appended to
 *   DISK_FAULTS_ORDER    a first order, given before the program begins; may be missing
 *
 * Two names in the folder are special:
 *   control   what is written to it is an order to this file, and reaches no disk (see `order`)
 *   told      the program's own account of what it was told; recorded, never failed
 *
 * A record: kind (1 byte), length of the path (4), offset (8), length of the data (8), path, data. Little endian.
 * One lock is held over each call and its record, so the order of the records is the order in which things happened.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { CREATE = 'c', WRITE = 'w', TRUNCATE = 't', SYNC = 's', SYNC_FAILED = 'x', UNLINK = 'u', RENAME = 'r', FIRED = 'f',
       ORDER = 'o' };
enum { FDS = 4096 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char folder[4096];
static size_t folder_length;
static int log_fd = -1;
static char *paths[FDS]; /* of the open files below the folder */

/* The fault that is armed: the `countdown`-th call of this kind fails, and, if it lasts, all after it. */
static int fault_kind, fault_errno, fault_lasts;
static long fault_countdown;
/* How many bytes files may still grow by; -1: the disk has room. */
static long long room = -1;

static int watched(const char *path) {
    return log_fd >= 0 && path && !strncmp(path, folder, folder_length) &&
           (path[folder_length] == '/' || path[folder_length] == 0);
}

static const char *watched_fd(int fd) { return fd >= 0 && fd < FDS && log_fd >= 0 ? paths[fd] : NULL; }

static int named(const char *path, const char *name) { return !strcmp(path + folder_length, name); }

static void put(const void *data, size_t length) {
    const char *at = data;
    while (length > 0) {
        long n = syscall(SYS_write, log_fd, at, length);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) abort(); /* a record with a hole would prove nothing */
        at += n;
        length -= n;
    }
}

static void record(char kind, const char *path, uint64_t offset, const void *data, uint64_t length) {
    int saved = errno;
    uint32_t path_length = strlen(path);
    char head[21];
    head[0] = kind;
    memcpy(head + 1, &path_length, 4);
    memcpy(head + 5, &offset, 8);
    memcpy(head + 13, &length, 8);
    put(head, sizeof head);
    put(path, path_length);
    put(data, length);
    errno = saved;
}

/* "arm w|s COUNTDOWN ERRNO 0|1", "disarm", "room BYTES" (-1: as much as there is) */
static void order(const char *text) {
    char kind;
    if (sscanf(text, "arm %c %ld %d %d", &kind, &fault_countdown, &fault_errno, &fault_lasts) == 4)
        fault_kind = kind;
    else if (!strncmp(text, "disarm", 6))
        fault_kind = 0;
    else
        sscanf(text, "room %lld", &room);
}

__attribute__((constructor)) static void begin(void) {
    const char *f = getenv("DISK_FAULTS_FOLDER"), *l = getenv("DISK_FAULTS_LOG");
    if (!f || !l || strlen(f) >= sizeof folder) return;
    int fd = syscall(SYS_openat, AT_FDCWD, l, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (fd < 0) return;
    strcpy(folder, f);
    folder_length = strlen(f);
    log_fd = fd;
    const char *first = getenv("DISK_FAULTS_ORDER");
    if (first) {
        order(first);
        record(ORDER, folder, 0, first, strlen(first));
    }
}

/* Whether this call is the one to fail; then errno is set. */
static int fails(char kind, const char *path) {
    if (fault_kind != kind || named(path, "/told") || named(path, "/control")) return 0;
    if (fault_countdown > 0 && --fault_countdown > 0) return 0;
    if (!fault_lasts) fault_kind = 0;
    record(FIRED, path, 0, &kind, 1);
    errno = fault_errno;
    return 1;
}

static int do_open(const char *path, int flags, mode_t mode) {
    if (!watched(path)) return syscall(SYS_openat, AT_FDCWD, path, flags, mode);
    pthread_mutex_lock(&lock);
    struct stat before;
    int existed = stat(path, &before) == 0, fd = -1;
    if (existed || !(flags & O_CREAT) || !fails(WRITE, path)) fd = syscall(SYS_openat, AT_FDCWD, path, flags, mode);
    if (fd >= FDS) abort();
    if (fd >= 0) {
        free(paths[fd]);
        paths[fd] = strdup(path);
        if (named(path, "/control")) {
        } else if (!existed) {
            record(CREATE, path, 0, "", 0);
        } else if ((flags & O_TRUNC) && S_ISREG(before.st_mode)) {
            record(TRUNCATE, path, 0, "", 0);
        }
    }
    pthread_mutex_unlock(&lock);
    return fd;
}

#define MODE(flags, mode)                                   \
    mode_t mode = 0;                                        \
    if ((flags) & (O_CREAT | __O_TMPFILE)) {                \
        va_list rest;                                       \
        va_start(rest, flags);                              \
        mode = va_arg(rest, mode_t);                        \
        va_end(rest);                                       \
    }

int open(const char *path, int flags, ...) {
    MODE(flags, mode)
    return do_open(path, flags, mode);
}
int open64(const char *path, int flags, ...) {
    MODE(flags, mode)
    return do_open(path, flags | O_LARGEFILE, mode);
}
int openat(int at, const char *path, int flags, ...) {
    MODE(flags, mode)
    return path[0] == '/' ? do_open(path, flags, mode) : syscall(SYS_openat, at, path, flags, mode);
}
int openat64(int at, const char *path, int flags, ...) {
    MODE(flags, mode)
    return path[0] == '/' ? do_open(path, flags, mode) : syscall(SYS_openat, at, path, flags, mode);
}

int close(int fd) {
    if (watched_fd(fd)) {
        pthread_mutex_lock(&lock);
        free(paths[fd]);
        paths[fd] = NULL;
        pthread_mutex_unlock(&lock);
    }
    return syscall(SYS_close, fd);
}

/* `at` is -1 for a write at the file's own position. */
static ssize_t do_write(int fd, const void *data, size_t length, off_t at) {
    const char *path = watched_fd(fd);
    if (!path) return at < 0 ? syscall(SYS_write, fd, data, length) : syscall(SYS_pwrite64, fd, data, length, at);
    pthread_mutex_lock(&lock);
    ssize_t done = -1;
    if (named(path, "/control")) {
        char text[128] = {0};
        memcpy(text, data, length < sizeof text ? length : sizeof text - 1);
        order(text);
        record(ORDER, path, 0, text, strlen(text));
        done = length;
        goto out;
    }
    struct stat now;
    off_t where = at;
    fstat(fd, &now);
    if (at < 0) where = fcntl(fd, F_GETFL) & O_APPEND ? now.st_size : lseek(fd, 0, SEEK_CUR);
    size_t allowed = length;
    int failing = fails(WRITE, path);
    if (failing) {
        allowed = length / 2; /* a disk that fails has done something, too */
    } else if (room >= 0 && !named(path, "/told")) {
        long long growth = (long long)(where + length) - now.st_size;
        if (growth > room) {
            long long fits = (long long)length - (growth - room);
            allowed = fits > 0 ? fits : 0;
            growth = room;
            if (allowed == 0) {
                record(FIRED, path, 0, "r", 1);
                errno = ENOSPC;
                goto out;
            }
        }
        if (growth > 0) room -= growth;
    }
    if (allowed > 0) {
        done = at < 0 ? syscall(SYS_write, fd, data, allowed) : syscall(SYS_pwrite64, fd, data, allowed, at);
        if (done > 0) record(WRITE, path, where, data, done);
    } else if (!failing) {
        done = 0;
    }
    if (failing) {
        done = -1;
        errno = fault_errno;
    }
out:
    pthread_mutex_unlock(&lock);
    return done;
}

ssize_t write(int fd, const void *data, size_t length) { return do_write(fd, data, length, -1); }
ssize_t pwrite(int fd, const void *data, size_t length, off_t at) { return do_write(fd, data, length, at); }
ssize_t pwrite64(int fd, const void *data, size_t length, off64_t at) { return do_write(fd, data, length, at); }

static int do_truncate(int fd, off_t length) {
    const char *path = watched_fd(fd);
    if (!path) return syscall(SYS_ftruncate, fd, length);
    pthread_mutex_lock(&lock);
    int done = fails(WRITE, path) ? -1 : syscall(SYS_ftruncate, fd, length);
    if (done == 0) record(TRUNCATE, path, length, "", 0);
    pthread_mutex_unlock(&lock);
    return done;
}

int ftruncate(int fd, off_t length) { return do_truncate(fd, length); }
int ftruncate64(int fd, off64_t length) { return do_truncate(fd, length); }

/* A sync that fails is not asked of the disk at all: the kernel drops such pages, and a later sync forgets them. */
static int do_sync(int fd, long call) {
    const char *path = watched_fd(fd);
    if (!path) return syscall(call, fd);
    pthread_mutex_lock(&lock);
    int failing = fails(SYNC, path), done = failing ? -1 : syscall(call, fd);
    int saved = errno;
    record(done == 0 ? SYNC : SYNC_FAILED, path, 0, "", 0);
    errno = saved;
    pthread_mutex_unlock(&lock);
    return done;
}

int fsync(int fd) { return do_sync(fd, SYS_fsync); }
int fdatasync(int fd) { return do_sync(fd, SYS_fdatasync); }

int unlink(const char *path) {
    if (!watched(path)) return syscall(SYS_unlinkat, AT_FDCWD, path, 0);
    pthread_mutex_lock(&lock);
    int done = fails(WRITE, path) ? -1 : syscall(SYS_unlinkat, AT_FDCWD, path, 0);
    if (done == 0) {
        record(UNLINK, path, 0, "", 0);
        /* What is still open has no name any more, and dies with its last descriptor. */
        for (int fd = 0; fd < FDS; fd++)
            if (paths[fd] && !strcmp(paths[fd], path)) {
                free(paths[fd]);
                paths[fd] = NULL;
            }
    }
    pthread_mutex_unlock(&lock);
    return done;
}

int rename(const char *from, const char *to) {
    if (!watched(from) || !watched(to)) return syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
    pthread_mutex_lock(&lock);
    int done = fails(WRITE, from) ? -1 : syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
    if (done == 0) record(RENAME, from, 0, to, strlen(to));
    pthread_mutex_unlock(&lock);
    return done;
}

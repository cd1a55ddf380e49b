// Tells the thread sanitizer of locks that it cannot see: GLib's and Swift's are built on futexes, in libraries that are
// not instrumented, so everything they guard would be reported. Preloaded; each wrapper does what the original does and
// says so. Conditions: waiting releases the mutex and takes it again.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>

extern void __tsan_acquire(void *) __attribute__((weak));
extern void __tsan_release(void *) __attribute__((weak));

static void taken(void *lock) {
    if (__tsan_acquire) __tsan_acquire(lock);
}
static void given(void *lock) {
    if (__tsan_release) __tsan_release(lock);
}

#define ORIGINAL(name, type)                                     \
    static type original;                                        \
    if (!original) original = (type)dlsym(RTLD_NEXT, name)

typedef void one(void *);
typedef int one_says(void *);
typedef void two(void *, void *);
typedef int until(void *, void *, int64_t);

void g_mutex_lock(void *mutex) {
    ORIGINAL("g_mutex_lock", one *);
    original(mutex);
    taken(mutex);
}

int g_mutex_trylock(void *mutex) {
    ORIGINAL("g_mutex_trylock", one_says *);
    const int got = original(mutex);
    if (got) taken(mutex);
    return got;
}

void g_mutex_unlock(void *mutex) {
    ORIGINAL("g_mutex_unlock", one *);
    given(mutex);
    original(mutex);
}

void g_cond_wait(void *condition, void *mutex) {
    ORIGINAL("g_cond_wait", two *);
    given(mutex);
    original(condition, mutex);
    taken(mutex);
}

int g_cond_wait_until(void *condition, void *mutex, int64_t end) {
    ORIGINAL("g_cond_wait_until", until *);
    given(mutex);
    const int woken = original(condition, mutex, end);
    taken(mutex);
    return woken;
}

// Swift's Mutex: the quick way is inlined and instrumented, the slow one is a call with the lock as `self`.
typedef __attribute__((swiftcall)) void slow_lock(uint32_t thread, __attribute__((swift_context)) void *lock);
typedef __attribute__((swiftcall)) void slow_unlock(__attribute__((swift_context)) void *lock);
#define SLOW_LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define SLOW_UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

__attribute__((swiftcall)) void lock_slowly(uint32_t thread, __attribute__((swift_context)) void *lock) __asm__(SLOW_LOCK);
__attribute__((swiftcall)) void lock_slowly(uint32_t thread, __attribute__((swift_context)) void *lock) {
    ORIGINAL(SLOW_LOCK, slow_lock *);
    original(thread, lock);
    taken(lock);
}

__attribute__((swiftcall)) void unlock_slowly(__attribute__((swift_context)) void *lock) __asm__(SLOW_UNLOCK);
__attribute__((swiftcall)) void unlock_slowly(__attribute__((swift_context)) void *lock) {
    ORIGINAL(SLOW_UNLOCK, slow_unlock *);
    given(lock);
    original(lock);
}

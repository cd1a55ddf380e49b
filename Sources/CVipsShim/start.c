// Starting libvips, its settings, and where third-party messages go.
#include "private.h"

#include <stdatomic.h>

static _Atomic(vipsam_log_handler) log_handler = NULL;

uint64_t vipsam_thread_number(void) {
    static atomic_uint_fast64_t next = 1;
    static _Thread_local uint64_t mine = 0;
    if (mine == 0) mine = atomic_fetch_add(&next, 1);
    return mine;
}

/// What libvips tells while it works (sizes of masks, which path it takes) is for its own developers.
static const int worth_telling = G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_WARNING;

/// Without a handler a message is dropped: standard error belongs to the program.
static void on_log(const gchar *domain, GLogLevelFlags level, const gchar *message, gpointer data) {
    (void)data;
    if (!(level & worth_telling)) return;
    vipsam_log_handler handler = atomic_load(&log_handler);
    if (handler) handler(domain ? domain : "", (int)(level & G_LOG_LEVEL_MASK), message ? message : "",
                         vipsam_thread_number());
}

int vipsam_start(const char *program) {
    g_log_set_default_handler(on_log, NULL);
    if (vips_init(program)) return -1;
    // libvips itself silences its domain when VIPS_WARNING is set; ours is installed after that and wins.
    g_log_set_handler("VIPS", G_LOG_LEVEL_MASK, on_log, NULL);
    return 0;
}

void vipsam_thread_shutdown(void) { vips_thread_shutdown(); }
void vipsam_set_concurrency(int threads) { vips_concurrency_set(threads); }
int vipsam_concurrency(void) { return vips_concurrency_get(); }
void vipsam_set_cache_max(int operations) { vips_cache_set_max(operations); }
void vipsam_block_untrusted(int blocked) { vips_block_untrusted_set(blocked ? TRUE : FALSE); }

void vipsam_version(int *major, int *minor, int *micro) {
    *major = vips_version(0);
    *minor = vips_version(1);
    *micro = vips_version(2);
}

size_t vipsam_memory(void) { return vips_tracked_get_mem(); }
size_t vipsam_memory_high_water(void) { return vips_tracked_get_mem_highwater(); }
int vipsam_open_files(void) { return vips_tracked_get_files(); }

char *vipsam_error_take(void) {
    char *text = vips_error_buffer_copy();
    return text;
}

void vipsam_free(void *memory) { g_free(memory); }
void vipsam_set_log_handler(vipsam_log_handler handler) { atomic_store(&log_handler, handler); }

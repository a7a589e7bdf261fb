/* Compiled against musl's internal headers, so that what is relied upon cannot drift unseen. Source: musl 1.2.6,
 * src/env/__init_tls.c (__copy_tls: how a thread's blocks are laid out) and ldso/dynlink.c (how a dynamic linker adds
 * to them). */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "pthread_impl.h"
/* After it: internal macros. */
#include "dynlink.h"
#include "process/threads.h"

_Static_assert(sizeof(struct tls_module) == sizeof(((struct elf_thread_module*)0)->musl), "space for a tls_module");
_Static_assert(offsetof(struct elf_thread_module, musl) == 0, "a tls_module lies first");
_Static_assert(sizeof(tls_mod_off_t) == sizeof(size_t) && DTP_OFFSET == 0 && TP_OFFSET == 0, "plain thread vectors");
#ifdef TLS_ABOVE_TP
_Static_assert(offsetof(struct pthread, dtv) == sizeof(struct pthread) - sizeof(void*), "TLSDESC reads it there");
#else
_Static_assert(offsetof(struct pthread, dtv) == sizeof(void*), "TLSDESC reads it there");
#endif

/* Sanctioned by size: what objects with initial-exec accesses need is small (libgomp: some 200 bytes). */
enum { kPoolSize = 4096, kPoolAlignment = 64 };
static _Thread_local unsigned char pool[kPoolSize]
    __attribute__((aligned(kPoolAlignment), tls_model("local-exec")));

static struct elf_thread_module* planned[256];
static size_t planned_count, pool_used, pool_planned;
static size_t offset_end; /* of the dynamic blocks, as __copy_tls counts; 0: not begun */

static struct tls_module* musl_of(struct elf_thread_module* module) { return (struct tls_module*)module->musl; }

static uintptr_t thread_pointer_of(pthread_t thread) { return (uintptr_t)TP_ADJ(thread); }

/* The executable's own module comes first; if it has no thread-local data there is no pool either. */
static size_t end_of_executable(void) {
  struct tls_module const* const own = libc.tls_head;
#ifdef TLS_ABOVE_TP
  return own->offset + own->size;
#else
  return own->offset;
#endif
}

/* As ldso/dynlink.c does in map_library's caller. */
static void place_dynamic(struct tls_module* module) {
  if (!offset_end) offset_end = end_of_executable();
#ifdef TLS_ABOVE_TP
  module->offset = offset_end + ((module->align - 1) & (-offset_end + (uintptr_t)module->image));
  offset_end = module->offset + module->size;
#else
  offset_end += module->size + module->align - 1;
  offset_end -= (offset_end + (uintptr_t)module->image) & (module->align - 1);
  module->offset = offset_end;
#endif
}

static int place_in_pool(struct elf_thread_module* module) {
  struct tls_module* const musl = musl_of(module);
  size_t const at = (pool_planned + musl->align - 1) & -musl->align;
  if (musl->align > kPoolAlignment || at > kPoolSize || musl->size > kPoolSize - at) return -1;
  pool_planned = at + musl->size;
  module->is_static = 1;
  module->distance = (ptrdiff_t)((uintptr_t)pool + at - thread_pointer_of(__pthread_self()));
#ifdef TLS_ABOVE_TP
  musl->offset = (size_t)module->distance;
#else
  musl->offset = (size_t)-module->distance;
#endif
  return 0;
}

static size_t planned_offset_end; /* offset_end before the first plan */

int elf_threads_plan(struct elf_thread_module* module, void const* image, size_t length, size_t size, size_t alignment,
                     int is_static) {
  if (planned_count == sizeof planned / sizeof *planned || !libc.tls_head) return -1;
  if (planned_count == 0) planned_offset_end = offset_end, pool_planned = pool_used;
  struct tls_module* const musl = musl_of(module);
  *musl = (struct tls_module){.image = (void*)image, .len = length, .size = size, .align = alignment ? alignment : 1};
  module->is_static = 0;
  module->distance = 0;
  if (!is_static) place_dynamic(musl);
  else if (place_in_pool(module) != 0) return -1;
  planned[planned_count++] = module;
  module->number = libc.tls_cnt + planned_count;
  return 0;
}

void elf_threads_drop_plans(void) {
  if (planned_count) offset_end = planned_offset_end, pool_planned = pool_used;
  planned_count = 0;
}

static size_t count_threads(pthread_t self) {
  size_t count = 0;
  pthread_t thread = self;
  do ++count; while ((thread = thread->next) != self);
  return count;
}

/* The block of a module in a thread that exists already: `*memory` is advanced when it is taken from there. */
static uintptr_t block_for(pthread_t thread, struct elf_thread_module* module, unsigned char** memory) {
  struct tls_module const* const musl = musl_of(module);
  unsigned char* block;
  if (module->is_static) {
    block = (unsigned char*)thread_pointer_of(thread) + module->distance;
  } else {
    block = *memory + (((uintptr_t)musl->image - (uintptr_t)*memory) & (musl->align - 1));
    *memory += musl->size + musl->align;
  }
  memcpy(block, musl->image, musl->len);
  return (uintptr_t)block;
}

static void extend_vector(pthread_t thread, uintptr_t* vector, unsigned char** memory) {
  size_t const before = libc.tls_cnt;
  memcpy(vector, thread->dtv, (before + 1) * sizeof *vector);
  for (size_t i = 0; i < planned_count; ++i) vector[before + 1 + i] = block_for(thread, planned[i], memory);
  vector[0] = before + planned_count;
  a_barrier(); /* a signal handler of that thread may read through the old vector or the new one */
  thread->dtv = vector;
}

/* As update_tls_size of ldso/dynlink.c. */
static void announce(void) {
  struct tls_module** end = &libc.tls_head;
  while (*end) end = &(*end)->next;
  for (size_t i = 0; i < planned_count; ++i) {
    struct tls_module* const musl = musl_of(planned[i]);
    if (musl->align > libc.tls_align) libc.tls_align = musl->align;
    *end = musl;
    end = &musl->next;
  }
  libc.tls_cnt += planned_count;
  size_t const blocks = offset_end ? offset_end : end_of_executable();
  size_t const size = (1 + libc.tls_cnt) * sizeof(void*) + blocks + sizeof(struct pthread) + libc.tls_align * 2;
  libc.tls_size = (size + libc.tls_align - 1) & -libc.tls_align;
}

/* Blocks of threads that end later are not given back, as in musl: one per object and thread alive at its loading. */
int elf_threads_install(void) {
  if (planned_count == 0) return 0;
  size_t const vector_size = (1 + libc.tls_cnt + planned_count) * sizeof(uintptr_t);
  size_t each = vector_size;
  for (size_t i = 0; i < planned_count; ++i) {
    struct tls_module const* const musl = musl_of(planned[i]);
    if (!planned[i]->is_static) each += musl->size + musl->align;
  }
  each = (each + 15) & -16;
  pthread_t const self = __pthread_self();
  /* No thread begins while this is held; those that end in between leave a little unused. */
  __tl_lock();
  size_t const threads = count_threads(self);
  __tl_unlock();
  unsigned char* memory = calloc(threads, each);
  if (!memory) return -1;
  sigset_t signals;
  __block_app_sigs(&signals);
  __tl_lock();
  pthread_t thread = self;
  do {
    unsigned char* blocks = memory + vector_size;
    extend_vector(thread, (uintptr_t*)memory, &blocks);
    memory += each;
  } while ((thread = thread->next) != self);
  announce();
  __tl_unlock();
  __restore_sigs(&signals);
  pool_used = pool_planned;
  planned_count = 0;
  return 0;
}

void elf_threads_hold(void) { __inhibit_ptc(); }
void elf_threads_release(void) { __release_ptc(); }

void* elf_threads_block(size_t number) {
  pthread_t const self = __pthread_self();
  return number && number <= self->dtv[0] ? (void*)self->dtv[number] : NULL;
}

size_t elf_threads_pool_size(void) { return kPoolSize; }
size_t elf_threads_pool_used(void) { return planned_count ? pool_planned : pool_used; }

void* elf_threads_static_descriptor(void) { return (void*)__tlsdesc_static; }
void* elf_threads_dynamic_descriptor(void) { return (void*)__tlsdesc_dynamic; }

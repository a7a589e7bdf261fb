/* Thread-local blocks of loaded objects, in musl's own terms: each object is one more `tls_module` of musl's list, so
 * that new threads get its block, initialised, together with their stack and lose it with that; no access ever
 * allocates. Threads that exist already get blocks when the object is loaded.
 *
 * An object with initial-exec accesses needs its block at one distance from the thread pointer in every thread. Such
 * blocks lie in a pool, which is a thread-local variable of the executable and hence in every thread.
 *
 * All calls: under the loader's lock. */
#pragma once

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

struct elf_thread_module {
  void* musl[6]; /* a struct tls_module; threads.c asserts it */
  size_t number; /* in every thread's vector, from 1 */
  int is_static;
  ptrdiff_t distance; /* from the thread pointer to the block, if static */
};

/* No thread begins between these two: musl's own lock for the purpose. */
void elf_threads_hold(void);
void elf_threads_release(void);

/* Gives the module a number and a place; 0, or -1 when it is to be static and the pool is used up. Until install, a
 * plan can be dropped. */
int elf_threads_plan(struct elf_thread_module*, void const* image, size_t length, size_t size, size_t alignment,
                     int is_static);
void elf_threads_drop_plans(void);

/* Makes the planned modules known to musl, with blocks for the threads alive; 0, or -1 without memory. The images
 * have been relocated by now. */
int elf_threads_install(void);

/* The calling thread's block, or NULL if there is none of that number. */
void* elf_threads_block(size_t number);

/* Bytes of the pool, of them used. */
size_t elf_threads_pool_size(void);
size_t elf_threads_pool_used(void);

/* What TLSDESC relocations name: musl's functions. */
void* elf_threads_static_descriptor(void);
void* elf_threads_dynamic_descriptor(void);

#ifdef __cplusplus
}
#endif

/* A constructor that starts a thread, which loads an object, and waits for it; a destructor that says so. */
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static int loaded;

static void* load(void* unused) {
  loaded = dlopen(getenv("OTHER_OBJECT"), RTLD_NOW) != NULL;
  return unused;
}

__attribute__((constructor)) static void begin(void) {
  pthread_t thread;
  pthread_create(&thread, NULL, load, NULL);
  pthread_join(thread, NULL);
}

__attribute__((destructor)) static void end(void) { puts("destructed"); }

int is_loaded(void) { return loaded; }

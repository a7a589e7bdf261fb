/* What the corpus of fuzz_elf begins with: an object of few bytes with every kind of relocation (see ci/fuzz). */
__thread int counter = 3;
__thread char scratch[40];
int data = 7;
int* pointer = &data;
extern int missing(void) __attribute__((weak));
int get(void) { return counter + *pointer + scratch[3] + (missing ? missing() : 0); }
static int one(void) { return 1; }
static void* resolve(void) { return one; }
int pick(void) __attribute__((ifunc("resolve")));
int call(void) { return pick(); }
__attribute__((constructor)) static void begin(void) { data = 8; }

/* Needs another object, beside it, and a function that may be missing. */
extern long next(void);
extern int missing(void) __attribute__((weak));
long twice(void) { return missing ? missing() : next() + next(); }

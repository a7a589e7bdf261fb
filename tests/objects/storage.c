/* Thread-local variables: built once for each way of reaching them. */
__thread long counter = 40;
__thread char zeros[3000];
_Thread_local long* pointer = &(long){2};

long next(void) { return ++counter + *pointer + zeros[2999]; }
long* address(void) { return &counter; }

extern int no_such_function(void);
int call(void) { return no_such_function(); }

# requires: cffi
import _cffi_backend
import cffi

ffi = cffi.FFI()
ffi.cdef("size_t strlen(const char *); void qsort(void *, size_t, size_t, int (*)(const void *, const void *));")
libc = ffi.dlopen(None)
assert libc.strlen(b"four") == 4


@ffi.callback("int(const void *, const void *)")
def compare(a, b):
    return ffi.cast("int *", a)[0] - ffi.cast("int *", b)[0]


numbers = ffi.new("int[]", [3, 1, 2])
libc.qsort(numbers, 3, ffi.sizeof("int"), compare)
assert list(numbers) == [1, 2, 3] and _cffi_backend.__file__.endswith(".so")
print("functions of the C library called, a Python function called back")

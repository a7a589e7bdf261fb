# Objects of our own that stand before libc.a in every link, and mimalloc in place of musl's allocator.
# Only the C allocation names of mimalloc stay visible: CPython brings a copy of its own.
for file in "$PYEMBED"/libc/*.c; do
  name=$(basename "$file" .c)
  $CC $CFLAGS -O3 -std=c17 -Wall -Wextra -Werror -ffreestanding -fno-builtin -fno-stack-protector \
    -I"$PYEMBED/include" -c "$file" -o "$OUT/$name.o"
done
$CC $CFLAGS -O3 -DNDEBUG -DMI_MALLOC_OVERRIDE -ftls-model=local-exec -fno-builtin-malloc -fvisibility=hidden \
  -I"$SRC/include" -c "$SRC/src/static.c" -o mimalloc.o
printf '%s\n' malloc free mimalloc_calloc mimalloc_realloc reallocarray memalign posix_memalign aligned_alloc malloc_usable_size \
  valloc pvalloc cfree > keep
$OBJCOPY --redefine-sym calloc=mimalloc_calloc --redefine-sym realloc=mimalloc_realloc mimalloc.o
$OBJCOPY --keep-global-symbols=keep mimalloc.o "$OUT/mimalloc.o"

printf '%s\n' -Wl,--wrap=__map_file -Wl,--wrap=__getpw_a -Wl,-z,stack-size=8388608 -Wl,-z,keep-text-section-prefix \
  > "$OUT/link-flags.txt"

# What the ELF loader of src/elf must know of musl and no installed header tells: its internal headers, and which
# symbols a musl libc.so offers, learned from one built of the same source.
mkdir -p "$OUT/source/arch" "$OUT/source/src"
cp -r "$SRC/include" "$OUT/source/"
cp -r "$SRC/src/internal" "$SRC/src/include" "$OUT/source/src/"
cp -r "$SRC/arch/generic" "$OUT/source/arch/"
cp -r "$SRC/arch/$ARCH" "$OUT/source/arch/target"

# Flags of objects for an executable do not make a shared one.
CFLAGS="-O2 -g0" "$SRC/configure" --target="$TARGET" --prefix=/usr --disable-static
make -j"$JOBS" lib/libc.so
cp lib/libc.so "$OUT/libc.so"
$NM -D --defined-only --format=posix lib/libc.so | cut -d' ' -f1 | LC_ALL=C sort > "$OUT/libc.symbols"

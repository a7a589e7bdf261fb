# Sourced before every recipe. A recipe runs in the empty folder $WORK and installs into $OUT; $SRC is its unpacked
# source ($SRC_<name> with several), $DEPS the merged include/ and lib/ of the libraries it needs, $PART_<name> a need.
# CC CXX AR RANLIB CFLAGS CXXFLAGS LDFLAGS are the target's; nothing else of the machine's environment is read.

configure_static() {
  "$SRC/configure" --host="$TARGET" --build="$BUILD_TRIPLE" --prefix="$OUT" --disable-shared --enable-static "$@"
}

cmake_static() {
  folder=$1
  shift
  cmake -S "$folder" -B "$WORK/build" -G Ninja -DCMAKE_BUILD_TYPE=None -DCMAKE_INSTALL_PREFIX="$OUT" \
    -DCMAKE_INSTALL_LIBDIR=lib -DBUILD_SHARED_LIBS=OFF -DCMAKE_SYSTEM_NAME=Linux -DCMAKE_SYSTEM_PROCESSOR="$ARCH" \
    -DCMAKE_AR="$(command -v "$AR")" -DCMAKE_RANLIB="$(command -v "$RANLIB")" "$@"
  ninja -C "$WORK/build" install
}

# Parts are renamed into the cache after the build: pkg-config files find their folder by their own place.
relocate_pkgconfig() {
  for file in "$OUT"/lib/pkgconfig/*.pc; do
    [ -f "$file" ] || continue
    sed -i "s|^prefix=.*|prefix=\${pcfiledir}/../..|; s|$OUT|\${prefix}|g" "$file"
  done
}

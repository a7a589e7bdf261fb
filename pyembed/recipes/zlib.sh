cd "$SRC"
CHOST=$TARGET ./configure --static --prefix="$OUT"
make -j"$JOBS" libz.a
make install
rm -rf "$OUT/share"
relocate_pkgconfig

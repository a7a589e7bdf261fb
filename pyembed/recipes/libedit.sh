# Line editing under its own licence (readline is GPL). musl's wchar_t is ISO 10646, it just does not say so.
# Its configure knows ncurses only by the narrow name.
mkdir lib
ln -s "$DEPS/lib/libncursesw.a" lib/libncurses.a
CFLAGS="$CFLAGS -D__STDC_ISO_10646__=201706L -I$DEPS/include -I$DEPS/include/ncursesw"
configure_static CFLAGS="$CFLAGS" LDFLAGS="$LDFLAGS -L$WORK/lib" --disable-examples
make -j"$JOBS" -C src
make -C src install
mkdir -p "$OUT/lib/pkgconfig"
cp libedit.pc "$OUT/lib/pkgconfig/"
sed -i 's/-lncurses\b/-lncursesw/; s/-ltinfo//' "$OUT/lib/pkgconfig/libedit.pc"
rm -rf "$OUT/share"
relocate_pkgconfig

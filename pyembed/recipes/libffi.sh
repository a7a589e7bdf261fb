# The tarball is a checkout: configure is generated (libltdl-dev has the macro LT_SYS_SYMBOL_USCORE).
(cd "$SRC" && autoreconf -fi)
configure_static --disable-docs --disable-multi-os-directory
make -j"$JOBS"
make install
rm -rf "$OUT/share"
relocate_pkgconfig

# Its configure cannot run programs for another machine, so the arithmetic core is named.
case $ARCH in
  x86_64) machine=x64 ;;
  *) machine=uint128 ;;
esac
cd "$SRC"
MACHINE=$machine ./configure --host="$TARGET" --build="$BUILD_TRIPLE" --prefix="$OUT" --disable-shared --disable-cxx --disable-doc
make -j"$JOBS"
make install
rm -rf "$OUT/share"
relocate_pkgconfig

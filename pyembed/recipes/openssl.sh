# libssl and libcrypto for Python's ssl and hashlib. Where certificates lie is Debian's and Alpine's place; the
# bundle we carry answers when nothing is there (patches/python/ssl-carried-ca-bundle.patch).
mkdir objects && cd objects
env -u CFLAGS -u CXXFLAGS "$SRC/Configure" "linux-$ARCH" $CFLAGS --prefix=/usr --libdir=lib --openssldir=/etc/ssl \
  no-shared no-pic no-tests no-apps no-docs no-dso no-module no-legacy no-engine no-fips no-ssl3 \
  no-weak-ssl-ciphers no-async no-afalgeng no-quic no-cmp no-ts
make -j"$JOBS" build_libs
make install_dev DESTDIR="$WORK/root"
cp -r "$WORK/root/usr/include" "$WORK/root/usr/lib" "$OUT/"
rm -rf "$OUT/lib/cmake"
relocate_pkgconfig

source=$SRC
[ -f "$source/CMakeLists.txt" ] || source=$SRC/expat
cmake_static "$source" -DEXPAT_BUILD_TOOLS=OFF -DEXPAT_BUILD_EXAMPLES=OFF -DEXPAT_BUILD_TESTS=OFF \
  -DEXPAT_BUILD_DOCS=OFF -DEXPAT_SHARED_LIBS=OFF
rm -rf "$OUT/share" "$OUT/lib/cmake"
relocate_pkgconfig

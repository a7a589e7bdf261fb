# GoogleTest and GoogleMock against the libc++ of the target. The sources go along for builds that want them
# instrumented (an uninstrumented gtest under AddressSanitizer can report container overflows that are none).
mkdir -p "$OUT/include" "$OUT/lib" "$OUT/src/googletest"
for name in googletest googlemock; do
  cp -r "$SRC/$name/include/." "$OUT/include/"
  mkdir -p "$OUT/src/googletest/$name"
  cp -r "$SRC/$name/src" "$OUT/src/googletest/$name/"
done
compile() {
  $CXX $CXXFLAGS -std=c++20 -pthread -I"$SRC/$1" -I"$OUT/include" -c "$SRC/$1/src/$2.cc" -o "$2.o"
}
compile googletest gtest-all & compile googlemock gmock-all &
compile googletest gtest_main & compile googlemock gmock_main
wait
$AR rcs "$OUT/lib/libgtest.a" gtest-all.o
$AR rcs "$OUT/lib/libgtest_main.a" gtest_main.o
$AR rcs "$OUT/lib/libgmock.a" gmock-all.o
$AR rcs "$OUT/lib/libgmock_main.a" gmock_main.o

# The generated C of llhttp, from httptools' vendored copy.
mkdir -p "$OUT/include" "$OUT/lib"
for file in api http llhttp; do
  $CC $CFLAGS -O3 -I"$SRC/vendor/llhttp/include" -c "$SRC/vendor/llhttp/src/$file.c" -o "$file.o"
done
$AR rcs "$OUT/lib/libllhttp.a" api.o http.o llhttp.o
cp "$SRC/vendor/llhttp/include/llhttp.h" "$OUT/include/"

# Headers only, from the binary -dev package.
mkdir -p "$OUT/include"
cp -r "$SRC/usr/include/toml++" "$OUT/include/"

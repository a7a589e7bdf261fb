# Headers only. std::format in place of the fmt library, decided here so that no caller can forget the define.
mkdir -p "$OUT/include"
include=$SRC/include # or a binary package's
[ -d "$include" ] || include=$SRC/usr/include
cp -r "$include/spdlog" "$OUT/include/"
cat >> "$OUT/include/spdlog/tweakme.h" <<'TWEAK'

#ifndef SPDLOG_USE_STD_FORMAT
#define SPDLOG_USE_STD_FORMAT
#endif
TWEAK

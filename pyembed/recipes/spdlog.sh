# Headers only. std::format in place of the fmt library, decided here so that no caller can forget the define.
mkdir -p "$OUT/include"
cp -r "$SRC/include/spdlog" "$OUT/include/"
cat >> "$OUT/include/spdlog/tweakme.h" <<'TWEAK'

#ifndef SPDLOG_USE_STD_FORMAT
#define SPDLOG_USE_STD_FORMAT
#endif
TWEAK

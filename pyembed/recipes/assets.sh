# Mozilla's CA bundle and the compiled time zones, as the binary carries them.
cp "$SRC_certifi/certifi/cacert.pem" "$OUT/cacert.pem"
cp -r "$SRC_tzdata/tzdata/zoneinfo" "$OUT/zoneinfo"
find "$OUT/zoneinfo" -name '*.py' -delete

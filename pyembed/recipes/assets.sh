# Mozilla's CA bundle and the compiled time zones, as the binary carries them: from the wheels, or from Debian's packages.
if [ -d "$SRC_certifi/certifi" ]; then
  cp "$SRC_certifi/certifi/cacert.pem" "$OUT/cacert.pem"
else
  cat "$SRC_certifi"/usr/share/ca-certificates/mozilla/*.crt > "$OUT/cacert.pem"
fi
zones=$SRC_tzdata/tzdata/zoneinfo
[ -d "$zones" ] || zones=$SRC_tzdata/usr/share/zoneinfo
cp -rL "$zones" "$OUT/zoneinfo"
find "$OUT/zoneinfo" -name '*.py' -delete

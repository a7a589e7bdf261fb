# pip's wheel, packed anew so that its bytes depend on its contents alone.
python3 - "$SRC" "$OUT/pip-$VERSION-py3-none-any.whl" <<'PACK'
import sys
import zipfile
from pathlib import Path

source, wheel = Path(sys.argv[1]), sys.argv[2]
wheel_files = sorted(path.relative_to(source).as_posix() for path in source.rglob("*") if path.is_file())
with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
    for name in wheel_files:
        archive.writestr(zipfile.ZipInfo(name), (source / name).read_bytes(), zipfile.ZIP_DEFLATED, 9)
PACK

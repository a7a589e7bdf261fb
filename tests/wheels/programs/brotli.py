# requires: brotli
import brotli

data = b"monoceros " * 100000
packed = brotli.compress(data)
assert len(packed) < 1000 and brotli.decompress(packed) == data
try:
    brotli.decompress(b"garbage")
except brotli.error:
    print("1 MB compressed and back, an error")

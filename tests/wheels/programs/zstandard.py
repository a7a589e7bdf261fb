# requires: zstandard
import zstandard

data = b"monoceros " * 100000
packed = zstandard.ZstdCompressor(level=10, threads=2).compress(data)
assert len(packed) < 1000 and zstandard.ZstdDecompressor().decompress(packed) == data
assert zstandard.backend == "cext"
print("1 MB compressed with threads and back")

# requires: numpy
# core
import os
import threading

import numpy

random = numpy.random.default_rng(1)
a = random.random((400, 400))


def solve(results):
    x = numpy.linalg.solve(a, a @ numpy.ones(400))
    results.append(bool(numpy.allclose(x, 1)))


results = []
threads = [threading.Thread(target=solve, args=(results,)) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert results == [True] * 4
u, s, v = numpy.linalg.svd(a)
assert numpy.allclose(u * s @ v, a)
assert numpy.allclose(numpy.fft.ifft(numpy.fft.fft(a)).real, a)
pid = os.fork()
if pid == 0:
    os._exit(0 if numpy.allclose(numpy.linalg.inv(a) @ a, numpy.eye(400)) else 1)
assert os.waitpid(pid, 0)[1] == 0
sizes, at = {"Size": 0, "Anonymous": 0}, False
for line in open("/proc/self/smaps"):
    first = line.split()[0]
    if not first.endswith(":"):
        at = "openblas" in line
    elif at and first[:-1] in sizes:
        sizes[first[:-1]] += int(line.split()[1])
assert sizes["Size"] > 15000 and sizes["Anonymous"] < 2000, sizes  # kilobytes: its pages are shared between processes
print("OpenBLAS in four threads and in a forked child: solve, SVD, inverse; FFT")

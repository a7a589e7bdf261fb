# requires: greenlet
# core
import threading

from greenlet import GreenletExit, greenlet, getcurrent


def run():
    def child(value):
        while True:
            value = getcurrent().parent.switch(value + 1)

    worker = greenlet(child)
    total = sum(worker.switch(n) for n in range(1000))
    worker.throw(GreenletExit)
    totals.append(total)


totals = []
threads = [threading.Thread(target=run) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert totals == [500500] * 4


def raising():
    raise ValueError("from a greenlet")


def fail_often():
    for _ in range(500):
        try:
            greenlet(raising).switch()
        except ValueError:
            failures.append(1)
        try:
            greenlet(raising).switch.__self__.throw(1)  # refused by an exception of its C++
        except TypeError:
            failures.append(1)


failures = []
threads = [threading.Thread(target=fail_often) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert len(failures) == 8000
print("4000 switches in four threads, 8000 exceptions in eight, those of its C++ unwound by its own libgcc_s")

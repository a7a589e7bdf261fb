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


try:
    greenlet(raising).switch()
except ValueError:
    print("4000 switches in four threads, exceptions across greenlets")

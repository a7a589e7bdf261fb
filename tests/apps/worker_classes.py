"""Worker classes of a user's own: one that serves by itself, and ones derived from the server's."""

import select

from gunicorn.workers.base import Worker
from gunicorn.workers.gthread import ThreadWorker
from gunicorn.workers.sync import SyncWorker


class TinyWorker(Worker):
    """Answers every connection by the application's name."""

    def run(self):
        listener = self.sockets[0]
        while self.alive:
            self.notify()
            readable, _, _ = select.select([listener, self.PIPE[0]], [], [], self.timeout or 1.0)
            if listener in readable:
                self.serve(listener)

    def serve(self, listener):
        try:
            connection, _ = listener.accept()
        except BlockingIOError:
            return
        with connection:
            connection.settimeout(5)
            connection.recv(65536)
            content = f"{type(self).__name__} {self.age} {self.wsgi.__name__} {self.cfg.threads}".encode()
            connection.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%b"
                               % (len(content), content))


class SilentWorker(TinyWorker):
    """Never proves that it is alive."""

    def notify(self):
        pass


class AnnouncingWorker(SyncWorker):
    def init_process(self):
        self.log.info("announcing %s", self.age)
        super().init_process()


class AnnouncingThreads(ThreadWorker):
    def init_process(self):
        self.log.info("announcing %s", self.age)
        super().init_process()


class BrokenWorker(Worker):
    def init_process(self):
        raise ValueError("this worker cannot begin")


class UnmakeableWorker(Worker):
    def __init__(self, *arguments):
        raise ValueError("this worker cannot be made")

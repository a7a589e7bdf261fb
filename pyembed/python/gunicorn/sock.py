"""Listening sockets as worker classes written in Python get them: sockets that the arbiter has bound."""

import socket


class BaseSocket:
    """A listening socket. Attributes it does not have are those of the socket object, `sock`."""

    FAMILY = None

    def __init__(self, sock, cfg_addr=None):
        self.sock = sock
        self.cfg_addr = cfg_addr if cfg_addr is not None else sock.getsockname()

    def __getattr__(self, name):
        return getattr(self.sock, name)

    def close(self):
        self.sock.close()


class TCPSocket(BaseSocket):
    FAMILY = socket.AF_INET

    def __str__(self):
        return "http://%s:%d" % self.sock.getsockname()[:2]


class TCP6Socket(TCPSocket):
    FAMILY = socket.AF_INET6

    def __str__(self):
        return "http://[%s]:%d" % self.sock.getsockname()[:2]


class UnixSocket(BaseSocket):
    FAMILY = socket.AF_UNIX

    def __str__(self):
        return f"unix:{self.cfg_addr}"


def of_descriptor(descriptor):
    """The socket behind a descriptor that stays the caller's."""
    sock = socket.socket(fileno=_duplicate(descriptor))
    sock.setblocking(False)
    kinds = {socket.AF_INET: TCPSocket, socket.AF_INET6: TCP6Socket, socket.AF_UNIX: UnixSocket}
    return kinds[sock.family](sock)


def _duplicate(descriptor):
    import fcntl

    return fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 3)


def ssl_context(conf):
    """An ssl.SSLContext as the settings say; the hook ssl_context may change or replace it."""
    import ssl

    def default_ssl_context_factory():
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=conf.ca_certs)
        context.load_cert_chain(certfile=conf.certfile, keyfile=conf.keyfile)
        context.verify_mode = ssl.VerifyMode(conf.cert_reqs)
        if conf.ciphers:
            context.set_ciphers(conf.ciphers)
        return context

    return conf.ssl_context(conf, default_ssl_context_factory)


def ssl_wrap_socket(sock, conf):
    return ssl_context(conf).wrap_socket(sock, server_side=True, suppress_ragged_eofs=conf.suppress_ragged_eofs,
                                         do_handshake_on_connect=conf.do_handshake_on_connect)

"""Response headers the server must keep, own, or refuse."""


def app(environ, start_response):
    headers = [("Content-Type", "text/plain"), ("X-MiXeD-Case", "kept"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")]
    start_response("200 Fine by me", headers + [("X-Latin", "caf\xe9"), ("X-Empty", "")])
    return [b"headers"]


def hop_by_hop(environ, start_response):
    owned = [("Transfer-Encoding", "chunked"), ("Connection", "close"), ("Keep-Alive", "timeout=9"), ("Server", "mine")]
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "5"), *owned])
    return [b"owned"]


def dated(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain"), ("Date", "Thu, 01 Jan 1970 00:00:00 GMT")])
    return [b"dated"]


def in_lists(environ, start_response):
    start_response("200 OK", [["Content-Type", "text/plain"], ["X-Listed", "yes"]])
    return [b"lists"]


def injected(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain"), ("X-Bad", "value\r\nX-Injected: yes")])
    return [b"never sent"]


def not_text(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain"), ("X-Number", 7)])
    return [b"never sent"]


def status_without_reason(environ, start_response):
    start_response("200", [("Content-Type", "text/plain"), ("Content-Length", "2")])
    return [b"ok"]

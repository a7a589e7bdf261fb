"""What can be wrong with a request, as Gunicorn names it."""


class ParseException(Exception):
    """The request is not HTTP as RFC 9112 has it. `text` takes the details as repr()s; `names` are their attributes."""

    text = "Bad Request"
    names = ()

    def __init__(self, *details):
        super().__init__(*details)
        for name, value in zip(self.names, details):
            setattr(self, name, value)

    def __str__(self):
        return self.text.format(*map(repr, self.args)) if len(self.args) >= len(self.names) else self.text


class NoMoreData(OSError, ParseException):
    text, names = "No more data after: {0}", ("buf",)

    __str__ = ParseException.__str__


class ConfigurationProblem(ParseException):
    text, names, code = "Configuration problem: {0}", ("info",), 500


class InvalidRequestLine(ParseException):
    text, names, code = "Invalid HTTP request line: {0}", ("req",), 400


class InvalidRequestMethod(ParseException):
    text, names = "Invalid HTTP method: {0}", ("method",)


class ExpectationFailed(ParseException):
    text, names, status_int = "Unable to comply with expectation: {0}", ("expect",), 417


class InvalidHTTPVersion(ParseException):
    text, names = "Invalid HTTP Version: {0}", ("version",)


class InvalidHeader(ParseException):
    text, names = "Invalid HTTP Header: {0}", ("hdr",)


class ObsoleteFolding(ParseException):
    text, names = "Obsolete line folding is unacceptable: {0}", ("hdr",)


class InvalidHeaderName(ParseException):
    text, names = "Invalid HTTP header name: {0}", ("hdr",)


class UnsupportedTransferCoding(ParseException):
    text, names, status_int = "Unsupported transfer coding: {0}", ("hdr",), 501


class InvalidChunkSize(OSError, ParseException):
    text, names = "Invalid chunk size: {0}", ("data",)

    __str__ = ParseException.__str__


class InvalidChunkExtension(ParseException):
    text, names = "Invalid chunk extension: {0}", ("ext",)


class ChunkMissingTerminator(OSError, ParseException):
    text, names = "Invalid chunk terminator is not '\\r\\n': {0}", ("term",)

    __str__ = ParseException.__str__


class LimitRequestLine(ParseException):
    text, names, status_int = "Request Line is too large ({0} > {1})", ("size", "max_size"), 414


class LimitRequestHeaders(ParseException):
    text, names, status_int = "{0}", ("msg",), 431


class InvalidProxyLine(ParseException):
    text, names = "Invalid PROXY line: {0}", ("line",)


class InvalidProxyHeader(ParseException):
    text, names = "Invalid PROXY header: {0}", ("msg",)


class ForbiddenProxyRequest(ParseException):
    text, names, status_int = "Proxy request from {0} not allowed", ("host",), 403


class ForbiddenUWSGIRequest(ParseException):
    text, names, status_int = "uWSGI request from {0} not allowed", ("host",), 403


class InvalidSchemeHeaders(ParseException):
    text = "Contradictory scheme headers"

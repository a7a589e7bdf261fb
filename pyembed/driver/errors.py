"""The one error the driver reports: a sentence for the operator, without a traceback."""


class Stop(Exception):
    pass

"""The class behind `gthread`, for subclasses."""

from gunicorn.workers.sync import SyncWorker


class ThreadWorker(SyncWorker):
    """Several threads (the setting `threads`) run the application."""

"""Errors whose text may be shown to a person: what happened, what is safe, what to do."""


class AppError(Exception):
    """An expected failure. `str(error)` is one sentence for the screen; it never holds a key, a prompt or a stack."""


class InvalidValueError(AppError):
    """A value that a person or a model gave and that cannot be kept as it is; the text names the field and the rule."""


class NotFoundError(AppError):
    """What was asked for does not exist (any more)."""


class NotAllowedError(AppError):
    """A move that the rules refuse, for example a phase that cannot follow another."""


class StorageError(AppError):
    """The database cannot be opened, read or written; the text says which file and what to do."""

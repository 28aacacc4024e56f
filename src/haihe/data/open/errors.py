"""What goes wrong in words for people; every message is a sentence that says what to do."""


class OpenDataError(Exception):
    """Base of what people are told. `message` is a sentence in the reader's language."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class InputRefused(OpenDataError):
    """What was given can't be taken."""


class NotNow(OpenDataError):
    """The state of things doesn't allow it now."""


class NoTable(OpenDataError):
    """There are no rows to open: nothing was fed yet, or the files are damaged."""


class NotFound(LookupError):
    """No such dataset or version, or none that this actor may know of."""

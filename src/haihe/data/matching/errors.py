"""What goes wrong in words for people; every message is a sentence that says what to do."""


class MatchingError(Exception):
    """Base of what people are told. `message` is a sentence in the reader's language."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class InputRefused(MatchingError):
    """What was given can't be taken."""


class NotNow(MatchingError):
    """The state of things doesn't allow it now."""


class Changed(NotNow):
    """Somebody else was there meanwhile."""


class NotFound(LookupError):
    """No such model, version or run, or none that this actor may know of."""


class NotGranted(MatchingError):
    """An input isn't granted for this purpose, or its data can't be used now."""

"""What goes wrong in words for people; every message is a sentence that says what to do."""


class ParticipationError(Exception):
    """Base of what people are told. `message` is a sentence in the reader's language."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class InputRefused(ParticipationError):
    """What was given can't be taken."""


class NotNow(ParticipationError):
    """The state of things doesn't allow it now."""


class TooMany(ParticipationError):
    """This person wrote too much within a short time."""


class NotFound(LookupError):
    """No such thing, or none that this actor may know of."""

"""What goes wrong in words for people; every message is a sentence that says what to do."""


class HarvestError(Exception):
    """Base of what people are told. `message` is a sentence in the reader's language."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class InputRefused(HarvestError):
    """What was given can't be taken."""


class NotNow(HarvestError):
    """The state of things doesn't allow it now."""


class NotFound(LookupError):
    """No such catalogue, run or dataset, or none that this actor may know of."""

"""What stands in the way, told to people; pages show the message as it is."""


class ReleaseError(Exception):
    """`message` is a sentence that says what to do."""

    def __init__(self, message: str = "") -> None:
        super().__init__(message)
        self.message = message


class NotFound(ReleaseError):
    """There is none, or none that one may know of."""


class NotNow(ReleaseError):
    """Its state doesn't allow that."""


class InputRefused(ReleaseError):
    """Something that was written can't be right."""

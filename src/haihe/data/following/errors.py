"""What following refuses."""


class NotFound(LookupError):
    """There is no such thing, or it is somebody else's."""


class InputRefused(ValueError):
    """The message says to the person what is wrong and what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message

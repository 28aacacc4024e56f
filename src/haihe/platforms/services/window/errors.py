"""What stands in the way, told to people; pages show the message as it is."""


class WindowError(Exception):
    """`message` is a sentence that says what to do."""

    def __init__(self, message: str = "") -> None:
        super().__init__(message)
        self.message = message


class NotFound(WindowError):
    """There is none, or none that one may know of."""


class NotNow(WindowError):
    """Its state, or the hour, doesn't allow that."""


class InputRefused(WindowError):
    """Something that was typed can't be right; `field` says which."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class Full(NotNow):
    """The slot is taken to the last place."""

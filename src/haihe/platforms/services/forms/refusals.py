"""What is told of a value that can't be taken: what to do, never the value itself."""


class Refused(ValueError):
    """The value isn't what the field asks for. `message` is for the person who typed it."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class FormError(ValueError):
    """A form's definition can't be used; the message says what to change."""

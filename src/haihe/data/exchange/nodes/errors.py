"""Why something can't be done, in words for a person."""


class NotFound(LookupError):
    """There is no such thing, or not for this actor."""


class InputRefused(ValueError):
    """It can't be done as asked; the message says why, in words for a person."""

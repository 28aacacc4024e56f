"""What keeps us from starting, told so that the person can do something about it."""


class Trouble(RuntimeError):
    """The message is shown as it is, without a traceback; it says what to do."""

"""What can go wrong between a department's program and the gateway. None of it says anything about a person."""

from haihe.kernel.problems import Problem


class HaiheError(Exception):
    """Any of them. Their texts repeat nothing of a question."""


class Refused(HaiheError):
    """The gateway refused, and `problem` (RFC 9457) says why; asking again as it is won't help.

    `retry_after_s` is how long the gateway wants to be left alone, where it said so.
    """

    def __init__(self, problem: Problem, *, retry_after_s: float | None = None) -> None:
        super().__init__(f"{problem.slug}: {problem.detail}")
        self.problem = problem
        self.retry_after_s = retry_after_s


class NoAnswer(HaiheError):
    """Nobody answered, or nothing that can be read. Unless `never_sent`, the question may stand in the ledger."""

    def __init__(self, why: str, *, never_sent: bool = False) -> None:
        super().__init__(why)
        self.never_sent = never_sent


class NotTrusted(NoAnswer):
    """The reply isn't signed as the gateway's answer to this question, so it is no answer."""

"""When a question is asked again by itself: only where it was never sent, or was refused with "not now"."""

from dataclasses import dataclass

from haihe.client.errors import HaiheError, NoAnswer, Refused

_NOT_NOW = frozenset({429, 503})


@dataclass(frozen=True, slots=True)
class Patience:
    """How many times a question is sent at most, and how long a Retry-After may keep us waiting.

    What timed out or broke off after it was sent is not tried again: the gateway may have answered, and an answer
    counts against the quota and stands in the ledger. Whoever knows better can ask anew.
    """

    tries: int = 2
    longest_wait_s: float = 5.0

    def wait_s(self, failure: HaiheError, *, tried: int) -> float:
        """Return how long to wait before the next try. Raises: the failure itself, if there is none."""
        wait = self._wait_s(failure) if tried < self.tries else None
        if wait is None:
            raise failure
        return wait

    def _wait_s(self, failure: HaiheError) -> float | None:
        match failure:
            case NoAnswer(never_sent=True):
                return 0.0
            case Refused(retry_after_s=float(wait)) if failure.problem.status in _NOT_NOW:
                return wait if wait <= self.longest_wait_s else None
            case _:
                return None

"""Ask another catalogue, patiently and within bounds; what it says is read elsewhere."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

from haihe.base.outward import api as outward
from haihe.data.harvest.reading.trouble import Problem, Stopped

BOUNDS: Final = outward.Bounds(most_bytes=32 << 20, seconds=90.0)
AGENT: Final = "haihe-harvest"
_TRIES: Final = 3
_LONGEST_WAIT_S: Final = 20.0
_PASSING: Final = frozenset({outward.Fault.TIMED_OUT, outward.Fault.BROKEN, outward.Fault.NO_CONNECTION})
_LATER: Final = frozenset({429, 500, 502, 503, 504})
_OK: Final = 200


class Door(Protocol):
    """What asks addresses outside: the guard, or in tests this program itself. Raises: OutwardFailed."""

    def get(self, url: str, headers: Mapping[str, str] | None = None) -> outward.Answer: ...

    def post(self, url: str, content: bytes, headers: Mapping[str, str] | None = None) -> outward.Answer: ...


@dataclass(frozen=True, slots=True)
class Asker:
    """Asks through the guard; `wait` sleeps. A server that has trouble is asked three times in all."""

    door: Door
    wait: Callable[[float], None]
    token: str = ""

    def get(self, url: str, *, accept: str) -> outward.Answer:
        """Raises: Stopped."""
        for attempt in range(1, _TRIES + 1):
            try:
                return self._once(url, accept)
            except Stopped as stopped:
                if not stopped.passing or attempt == _TRIES:
                    raise
                self.wait(min(4.0 ** (attempt - 1), _LONGEST_WAIT_S))
        raise AssertionError

    def get_json(self, url: str) -> Any:
        """Raises: Stopped."""
        return as_json(self.get(url, accept="application/json").body)

    def post_json(self, url: str, document: object) -> tuple[int, Any]:
        """Send once, and return status and answer: what was sent may have been done although no answer came.

        Raises: Stopped.
        """
        body = json.dumps(document, ensure_ascii=False).encode()
        try:
            answer = self.door.post(url, body, {"Content-Type": "application/json", **self._secret()})
        except outward.OutwardFailed as failed:
            raise Stopped(failed.fault, failed.detail, passing=failed.fault in _PASSING) from None
        if answer.status in (401, 403):
            raise Stopped(Problem.NOT_PERMITTED, str(answer.status))
        if answer.status in _LATER:
            raise Stopped(Problem.STATUS, str(answer.status), passing=True)
        return answer.status, as_json(answer.body)

    def _once(self, url: str, accept: str) -> outward.Answer:
        try:
            answer = self.door.get(url, {"Accept": accept, **self._secret()})
        except outward.OutwardFailed as failed:
            raise Stopped(failed.fault, failed.detail, passing=failed.fault in _PASSING) from None
        if answer.status != _OK:
            raise Stopped(Problem.STATUS, str(answer.status), passing=answer.status in _LATER)
        return answer

    def _secret(self) -> Mapping[str, str]:
        return {"Authorization": self.token} if self.token else {}


def as_json(body: bytes) -> Any:
    """Raises: Stopped."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise Stopped(Problem.NOT_JSON) from None

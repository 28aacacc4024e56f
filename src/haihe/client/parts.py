"""A reply in parts as it comes: lines are believed when the signature of their part has come and holds."""

import json
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from typing import Any

from haihe.client.calls import OK, UNSIGNED, moment, problem_of, reason_of
from haihe.client.credentials import Credentials
from haihe.client.errors import NoAnswer, NotTrusted, Refused
from haihe.client.results import BatchLine, ChangeLine
from haihe.kernel.answers import Answer, QueryAnswer
from haihe.kernel.problems import Problem

MOST_PART_BYTES = 8 << 20
"""A part of 2,000 lines has some hundred kilobytes; what never ends is not kept for ever."""
_SIGNATURE = {"content_digest", "signature_input", "signature"}
_HTTP_UNPROCESSABLE = 422


class PartReader[Line](ABC):
    """Reads the reply about many. `first` is the number that the first subject has for the asker."""

    def __init__(self, credentials: Credentials, subjects: int, *, first: int = 0) -> None:
        self._credentials = credentials
        self._subjects, self.first = subjects, first
        self.begin({})

    def begin(self, asked: Mapping[str, str]) -> None:
        """Read from the beginning what comes in reply to the request with these headers."""
        self._asked = asked
        self._rest = b""
        self._lines: list[bytes] = []
        self._bytes = 0
        self._part = self._told = 0
        self._parts = 1

    @abstractmethod
    def lines(self, head: Mapping[str, Any], rest: list[Any]) -> list[Line]:
        """Read a part whose signature is good. Raises: HaiheError, ValueError, KeyError, TypeError."""

    def feed(self, piece: bytes) -> Iterator[Line]:
        """Take what has come, cut anywhere; give the lines of each part that is whole. Raises: HaiheError."""
        *lines, self._rest = (self._rest + piece).split(b"\n")
        for line in lines:
            self._bytes += len(line) + 1
            if line.startswith(b'{"content_digest"'):
                yield from self._whole_part(line)
            else:
                self._lines.append(line)
        if self._bytes + len(self._rest) > MOST_PART_BYTES:
            raise NotTrusted("a part of the reply is too long")

    def finish(self) -> None:
        """Raises: NoAnswer, if parts are missing."""
        if self._rest or self._lines or self._part != self._parts or self._told != self._subjects:
            raise NoAnswer(f"the reply broke off after {self._told} of {self._subjects} persons")

    def _whole_part(self, signature: bytes) -> Iterator[Line]:
        lines, self._lines, self._bytes = self._lines, [], 0
        self._check(signature, b"".join(line + b"\n" for line in lines))
        try:
            yield from self._read(lines)
        except (ValueError, KeyError, TypeError) as damage:
            raise NoAnswer(f"a part of the reply can't be read: {type(damage).__name__}") from None

    def _check(self, line: bytes, part: bytes) -> None:
        try:
            signature = json.loads(line)
            named = {name.replace("_", "-"): str(signature[name]) for name in _SIGNATURE}
        except (ValueError, KeyError, TypeError):
            raise NotTrusted("a part of the reply has no readable signature") from None
        if not self._credentials.confirm(named, status=OK, body=part, asked=self._asked):
            raise NotTrusted(UNSIGNED)

    def _read(self, lines: list[bytes]) -> list[Line]:
        head, *rest = [json.loads(line) for line in lines]
        if "problem" in head:
            raise Refused(_problem(head["problem"]))
        if (head["part"], head["first"]) != (self._part + 1, self._told):
            raise NotTrusted("the parts of the reply aren't in order")
        found = self.lines(head, rest)
        self._part, self._parts = head["part"], head["parts"]
        self._told += head["count"]
        return found


class BatchReader(PartReader[BatchLine]):
    """Reads the reply to a batch: a line for each person, in order."""

    def lines(self, head: Mapping[str, Any], rest: list[Any]) -> list[BatchLine]:
        first = head["first"]
        if head["count"] != len(rest) or any(said["n"] != first + place for place, said in enumerate(rest)):
            raise NotTrusted("the lines of the batch aren't in order")
        return [_line(self.first + said["n"], head, said) for said in rest]


class ChangeReader(PartReader[ChangeLine]):
    """Reads what changed: lines for some persons, in order, and `cursor` once all of it has come."""

    cursor = ""

    def lines(self, head: Mapping[str, Any], rest: list[Any]) -> list[ChangeLine]:
        if head["part"] == head["parts"]:
            self.cursor = str(rest.pop()["cursor"])
        numbers = [said["n"] for said in rest]
        inside = range(head["first"], head["first"] + head["count"])
        if numbers != sorted(set(numbers)) or any(number not in inside for number in numbers):
            raise NotTrusted("the lines of the changes aren't in order")
        return [_change(head, said) for said in rest]


def _change(head: Mapping[str, Any], said: Mapping[str, Any]) -> ChangeLine:
    problem = said.get("problem")
    return ChangeLine(
        n=said["n"],
        answer=None if problem else QueryAnswer(said["answer"]),
        values=dict(said.get("values") or {}),
        reason=reason_of(said.get("reason")),
        problem=_of_a_line(problem, said) if problem else None,
        as_of=moment(head["as_of"]),
        evidence=None if problem else head["evidence"],
    )


def _line(n: int, head: Mapping[str, Any], said: Mapping[str, Any]) -> BatchLine:
    problem = said.get("problem")
    return BatchLine(
        n=n,
        answer=None if problem else Answer(said["answer"]),
        reason=reason_of(said.get("reason")),
        problem=_of_a_line(problem, said) if problem else None,
        claim=str(head["claim"]),
        service=str(head["service"]),
        as_of=moment(head["as_of"]),
        evidence=None if problem else head["evidence"],
    )


def _of_a_line(slug: str, said: Mapping[str, Any]) -> Problem:
    return Problem(slug, _HTTP_UNPROCESSABLE, said["detail"], slug, said["detail"])


def _problem(told: Mapping[str, Any]) -> Problem:
    problem = problem_of(told)
    if problem is None:
        raise NoAnswer("the reply was ended without a readable reason")
    return problem

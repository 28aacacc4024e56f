"""A batch's reply as it comes: lines are believed when the signature of their part has come and holds."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from haihe.client.calls import OK, UNSIGNED, moment, problem_of, reason_of
from haihe.client.credentials import Credentials
from haihe.client.errors import NoAnswer, NotTrusted, Refused
from haihe.client.results import BatchLine
from haihe.kernel.answers import Answer
from haihe.kernel.problems import Problem

MOST_PART_BYTES = 8 << 20
"""A part of 2,000 lines has some hundred kilobytes; what never ends is not kept for ever."""
_SIGNATURE = {"content_digest", "signature_input", "signature"}
_HTTP_UNPROCESSABLE = 422


class PartReader:
    """Reads the reply to one batch. `first` is the number that its first subject has for the asker."""

    def __init__(self, credentials: Credentials, asked: Mapping[str, str], *, subjects: int, first: int) -> None:
        self._credentials, self._asked = credentials, asked
        self._subjects, self._first = subjects, first
        self._rest = b""
        self._lines: list[bytes] = []
        self._bytes = 0
        self._part = self._told = 0
        self._parts = 1

    def feed(self, piece: bytes) -> Iterator[BatchLine]:
        """Take what has come, cut anywhere; give the lines of each part that is whole. Raises: HaiheError."""
        *lines, self._rest = (self._rest + piece).split(b"\n")
        for line in lines:
            self._bytes += len(line) + 1
            if line.startswith(b'{"content_digest"'):
                yield from self._whole_part(line)
            else:
                self._lines.append(line)
        if self._bytes + len(self._rest) > MOST_PART_BYTES:
            raise NotTrusted("a part of the batch is too long")

    def finish(self) -> None:
        """Raises: NoAnswer, if parts are missing."""
        if self._rest or self._lines or self._part != self._parts or self._told != self._subjects:
            raise NoAnswer(f"the batch broke off after {self._told} of {self._subjects} persons")

    def _whole_part(self, signature: bytes) -> Iterator[BatchLine]:
        lines, self._lines, self._bytes = self._lines, [], 0
        self._check(signature, b"".join(line + b"\n" for line in lines))
        try:
            yield from self._read(lines)
        except (ValueError, KeyError, TypeError) as damage:
            raise NoAnswer(f"a part of the batch can't be read: {type(damage).__name__}") from None

    def _check(self, line: bytes, part: bytes) -> None:
        try:
            signature = json.loads(line)
            named = {name.replace("_", "-"): str(signature[name]) for name in _SIGNATURE}
        except (ValueError, KeyError, TypeError):
            raise NotTrusted("a part of the batch has no readable signature") from None
        if not self._credentials.confirm(named, status=OK, body=part, asked=self._asked):
            raise NotTrusted(UNSIGNED)

    def _read(self, lines: list[bytes]) -> Iterator[BatchLine]:
        head, *rest = [json.loads(line) for line in lines]
        if "problem" in head:
            raise Refused(_problem(head["problem"]))
        expected = (self._part + 1, self._told, len(rest))
        if (head["part"], head["first"], head["count"]) != expected:
            raise NotTrusted("the parts of the batch aren't in order")
        for place, said in enumerate(rest):
            if said["n"] != self._told + place:
                raise NotTrusted("the lines of the batch aren't in order")
        self._part, self._parts = head["part"], head["parts"]
        first, self._told = self._first + self._told, self._told + len(rest)
        for place, said in enumerate(rest):
            yield _line(first + place, head, said)


def _line(n: int, head: Mapping[str, Any], said: Mapping[str, Any]) -> BatchLine:
    problem = said.get("problem")
    return BatchLine(
        n=n,
        answer=None if problem else Answer(said["answer"]),
        reason=reason_of(said.get("reason")),
        problem=Problem(problem, _HTTP_UNPROCESSABLE, said["detail"], problem, said["detail"]) if problem else None,
        claim=str(head["claim"]),
        service=str(head["service"]),
        as_of=moment(head["as_of"]),
        evidence=None if problem else head["evidence"],
    )


def _problem(told: Mapping[str, Any]) -> Problem:
    problem = problem_of(told)
    if problem is None:
        raise NoAnswer("the batch was ended without a readable reason")
    return problem

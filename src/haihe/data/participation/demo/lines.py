"""The demo's lines of history, each as its move would have written it."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from haihe.data.participation.models import Bundle, DataRequest, ParticipationEvent, PlanEntry, Reuse
from haihe.data.participation.workflow import REQUEST, WORKFLOWS, Part

_WHO: Final = "演示经办人"
_LAST: Final[Mapping[str, tuple[tuple[str, Part], ...]]] = {
    "FORWARDED": (),
    "ACCEPTED": (("accept", Part.OWNER_STEWARD),),
    "FULFILLED": (("accept", Part.OWNER_STEWARD), ("fulfil", Part.SYSTEM)),
    "ALREADY_OPEN": (("point", Part.OWNER_STEWARD),),
    "REFUSED": (("refuse", Part.OWNER_APPROVER),),
}


def asked_on(one: Mapping[str, Any], now: datetime) -> datetime:
    return now - timedelta(days=int(one["days"]))


class Lines:
    """Gathers events, to be written in one statement."""

    def __init__(self) -> None:
        self.events: list[ParticipationEvent] = []

    def request(self, row: DataRequest, one: Mapping[str, Any], now: datetime) -> None:
        """Write down the way of a request to where it stands."""
        at = asked_on(one, now)
        self._add(row, "submit", Part.REQUESTER, at, target="SUBMITTED")
        if row.state == "REJECTED":
            self._move(row, "SUBMITTED", "reject", Part.AUTHORITY, at + timedelta(hours=5), row.answer)
        if row.state not in _LAST:
            return
        state = self._move(row, "SUBMITTED", "forward", Part.AUTHORITY, at + timedelta(hours=5))
        for number, (name, part) in enumerate(_LAST[row.state]):
            words = row.answer if number == 0 else ""
            state = self._move(row, state, name, part, at + timedelta(days=9 + 20 * number), words)

    def plan(self, rows: Iterable[PlanEntry], now: datetime) -> None:
        """Write down how each entry came to stand where it stands."""
        names = {"PUBLISHED": "publish", "POSTPONED": "postpone", "DROPPED": "drop", "PREPARING": "prepare"}
        for row in rows:
            self._add(row, "plan", Part.OWNER_STEWARD, row.created_at, target="PLANNED")
            if name := names.get(row.state):
                part = Part.OWNER_APPROVER if name in ("postpone", "drop") else Part.OWNER_STEWARD
                self._add(row, name, part, row.updated_at, source="PLANNED", target=row.state, words=row.reason)

    def bundle(self, row: Bundle) -> None:
        """Write down a bundle's way."""
        self._add(row, "bundle", Part.ASSOCIATION, row.created_at, target="FOLLOWING")
        if row.answered_at and row.confirmed_at:
            self._add(row, "answered", Part.SYSTEM, row.answered_at, source="FOLLOWING", target="ANSWERED")
            words = row.confirmation
            self._add(
                row, "confirm", Part.ASSOCIATION, row.confirmed_at, source="ANSWERED", target="CONFIRMED", words=words
            )

    def reuse(self, row: Reuse) -> None:
        """Write down a reuse's way."""
        self._add(row, "submit", Part.AUTHOR, row.submitted_at, target="SUBMITTED")
        if row.published_at:
            self._add(row, "publish", Part.AUTHORITY, row.published_at, source="SUBMITTED", target="PUBLISHED")
        if row.state == "BROKEN":
            at, words = row.submitted_at + timedelta(days=10), "多人反映打不开，已请作者处理。"
            self._add(row, "mark_broken", Part.AUTHORITY, at, source="PUBLISHED", target="BROKEN", words=words)

    def vouch(self, row: Reuse, at: datetime, words: str) -> None:
        self._add(row, "vouch", Part.ASSOCIATION, at, words=words)

    def _move(self, row: DataRequest, state: str, name: str, part: Part, at: datetime, words: str = "") -> str:
        move = REQUEST.move(state, name)
        self._add(row, name, part, at, source=state, target=move.target, words=words)
        return move.target

    def _add(
        self,
        row: DataRequest | PlanEntry | Bundle | Reuse,
        name: str,
        part: Part,
        at: datetime,
        *,
        source: str = "",
        target: str = "",
        words: str = "",
    ) -> None:
        kinds = {DataRequest: "request", PlanEntry: "plan", Bundle: "bundle", Reuse: "reuse"}
        kind = kinds[type(row)]
        in_office = part in (Part.OWNER_STEWARD, Part.OWNER_APPROVER)
        clause = next((move.clause for move in WORKFLOWS[kind].moves if move.name == name), "")
        self.events.append(
            ParticipationEvent(
                **{kind: row},
                at=at,
                name=name,
                source=source,
                target=target,
                part=part,
                organisation=getattr(row, "owner", "") if in_office else "",
                actor_name=_WHO if in_office or part == Part.AUTHORITY else "",
                clause=clause,
                words=words,
            )
        )

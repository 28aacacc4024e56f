"""A list in parts is the list: nothing twice, nothing left out, whatever its values, and wherever it is entered."""

import json
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from haihe.base.notices.models import Sending
from haihe.base.paging.api import part, place

NOW = datetime(2026, 11, 26, 2, 0, tzinfo=UTC)


def made(*minutes: int, user: int = 1) -> None:
    kept = {"channel": "SMS", "user": UUID(int=user), "address_key": b"0" * 16, "next_try_at": NOW}
    first = Sending.objects.count()
    Sending.objects.bulk_create(
        Sending(key=f"{first + n}", made_at=NOW + timedelta(minutes=minute), **kept) for n, minute in enumerate(minutes)
    )


def forged(*said: object) -> str:
    return urlsafe_b64encode(json.dumps(said).encode()).decode().rstrip("=")


class AnyList(TestCase):
    @settings(max_examples=30, deadline=None)
    @given(st.lists(st.integers(0, 4), max_size=14), st.lists(st.integers(0, 4), max_size=6), st.integers(1, 5))
    def test_all_parts_together_are_the_list(self, mine: list[int], theirs: list[int], most: int) -> None:
        made(*mine, user=1)
        made(*theirs, user=2)
        newest = Sending.objects.filter(user=UUID(int=1)).order_by("-made_at", "-id")
        oldest = Sending.objects.filter(user=UUID(int=2)).order_by("made_at", "id")
        read: list[Sending] = []
        after = ""
        while True:
            found = part([newest, oldest], after=after, most=most)
            assert len(found.rows) == most or not found.after
            read += found.rows
            if not (after := found.after):
                break
        assert read == [*newest, *oldest]


@pytest.mark.django_db
def test_what_comes_in_meanwhile_shifts_nothing() -> None:
    made(5, 4, 3, 2)
    rows = Sending.objects.order_by("-made_at", "-id")
    first = part([rows], after="", most=2)
    made(9)
    assert [row.key for row in part([rows], after=first.after, most=2).rows] == ["2", "3"]


@pytest.mark.django_db
def test_the_place_of_the_last_row_is_the_end() -> None:
    made(1, 2)
    rows = Sending.objects.order_by("made_at", "id")
    assert part([rows], after=place([rows], 0, rows.reverse()[0]), most=2).rows == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "after",
    [
        "²",
        "x",
        forged(),
        forged(7, []),
        forged(True, []),
        forged(0, [1]),
        forged(0, ["2026-11-26T02:00:00", 1]),
        forged(0, ["2026-11-26T02:00:00+00:00", None]),
        forged(0, ["2026-11-26T02:00:00+00:00", {}]),
        forged(0, ["2026-13-45", 1]),
        "[" * 5_000,
    ],
)
def test_a_forged_place_is_the_beginning(after: str) -> None:
    made(1, 2)
    rows = Sending.objects.order_by("made_at", "id")
    assert [row.key for row in part([rows], after=after, most=1).rows] == ["0"]

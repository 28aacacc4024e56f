"""Lay the demo's participation down in a few statements, as people would have made it over the last months."""

import io
import tomllib
import uuid
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone
from PIL import Image

from haihe.data.open import api as open_data
from haihe.data.participation.demo.lines import Lines, asked_on
from haihe.data.participation.demo.plan import entries
from haihe.data.participation.models import (
    Association,
    AssociationMember,
    Bundle,
    DataRequest,
    ParticipationEvent,
    PlanEntry,
    Post,
    RequestFeedback,
    RequestVote,
    Reuse,
    ReusePicture,
    Subject,
    Thread,
    Vouching,
)
from haihe.data.participation.operations.requesting import index
from haihe.data.participation.pictures import redrawn
from haihe.data.participation.workflow import ANSWER, MODERATION, BundleState, RequestState
from haihe.kernel.clocks import due_after
from haihe.kernel.masking import mask_name

_TOLD: Final = Path(__file__).with_name("told.toml")
_ASKERS: Final = ("liu", "zhang", "wang")
_COLOURS: Final = ((31, 95, 191), (27, 122, 67), (201, 122, 26), (90, 80, 160))
_ANSWERED: Final = ("ACCEPTED", "FULFILLED", "ALREADY_OPEN", "REFUSED")


def plant(*, scale: float, now: datetime, progress: Callable[[str, float], None]) -> None:
    """Plant it once."""
    if Association.objects.exists():
        return
    told = tomllib.loads(_TOLD.read_text(encoding="utf-8"))
    users = {user.username: user for user in get_user_model().objects.filter(is_synthetic=True)}
    if not users.keys() >= {*_ASKERS, "clerk_xh"}:
        return
    progress("需求和计划", 0.2)
    with transaction.atomic():
        lines = Lines()
        _associations(told["associations"], users, now)
        requests = _requests(told["requests"], users, lines, now)
        _bundles(told["bundles"], requests, lines, now)
        progress("成果和讨论", 0.7)
        _reuses(told["reuses"], users, lines, now)
        _threads(told["threads"], users, now)
        ParticipationEvent.objects.bulk_create(lines.events)


def _associations(told: list[dict[str, Any]], users: Mapping[str, Any], now: datetime) -> None:
    since = timezone.localdate(now) - timedelta(days=300)
    Association.objects.bulk_create(Association(**one, since=since) for one in told)
    AssociationMember.objects.bulk_create(
        AssociationMember(association_id="XH0001", user_id=users[name].pk, name=mask_name(users[name].name), since=now)
        for name in _ASKERS
    )


def _requests(
    told: list[dict[str, Any]], users: Mapping[str, Any], lines: Lines, now: datetime
) -> dict[str, DataRequest]:
    planned = entries(told, tomllib.loads(_TOLD.read_text(encoding="utf-8"))["plan"], now=now)
    PlanEntry.objects.bulk_create(planned)
    lines.plan(planned, now)
    by_title = {entry.title: entry for entry in planned}
    numbers = dict[date, int]()
    rows = list[DataRequest]()
    for place, one in enumerate(sorted(told, key=lambda one: -int(one["days"]))):
        on = timezone.localdate(asked_on(one, now))
        numbers[on] = numbers.get(on, 0) + 1
        user = users[_ASKERS[place % len(_ASKERS)]]
        rows.append(_request(one, f"XQ-{on:%Y%m%d}-{numbers[on]:04}", user, by_title.get(one["title"]), now))
    voters = [user.pk for user in users.values()]
    votes = list[RequestVote]()
    for row, one in zip(rows, sorted(told, key=lambda one: -int(one["days"])), strict=True):
        able = [pk for pk in voters if pk != row.requester][: int(one["votes"])]
        row.votes = len(able)
        votes += [RequestVote(request=row, voter=pk, at=now) for pk in able]
        lines.request(row, one, now)
    DataRequest.objects.bulk_create(rows)
    RequestVote.objects.bulk_create(votes)
    _feedback(rows, now)
    return {row.title: row for row in rows}


def _request(one: Mapping[str, Any], number: str, user: Any, entry: PlanEntry | None, now: datetime) -> DataRequest:
    at = asked_on(one, now)
    started = timezone.localdate(at)
    waits = one["state"] == RequestState.SUBMITTED
    clock = MODERATION if waits else ANSWER
    answered = one["state"] in _ANSWERED
    row = DataRequest(
        number=number,
        title=one["title"],
        words=one["words"],
        purpose=one["purpose"],
        beneficiaries=one["beneficiaries"],
        wished_owner=one["owner"],
        owner="" if waits or one["state"] == RequestState.REJECTED else one["owner"],
        requester=user.pk,
        requester_name=mask_name(user.name),
        state=one["state"],
        submitted_at=at,
        updated_at=at + timedelta(days=1),
        clock_started_on=started,
        clock_days=clock.working_days,
        due_on=due_after(started, clock.working_days),
        answered_at=at + timedelta(days=9) if answered else None,
        answer_days=6 if answered else None,
        answer=one.get("answer", ""),
        ground=one.get("ground", ""),
        dataset=one.get("dataset", ""),
        plan=entry,
    )
    index(row)
    return row


def _feedback(rows: list[DataRequest], now: datetime) -> None:
    words = ("等级和店里挂的一致，已经用上了。", "希望能加上检查日期。")
    RequestFeedback.objects.bulk_create(
        RequestFeedback(
            request=row, person=vote.voter, person_name="演示市民", helped=not place, words=words[place], at=now
        )
        for row in rows
        if row.state == RequestState.FULFILLED
        for place, vote in enumerate(row.voters.all()[: len(words)])
    )


def _bundles(told: list[dict[str, Any]], requests: Mapping[str, DataRequest], lines: Lines, now: datetime) -> None:
    for place, one in enumerate(told):
        at = now - timedelta(days=25 - 8 * place)
        row = Bundle.objects.create(
            number=f"HJ-{timezone.localdate(at):%Y%m%d}-0001",
            association_id=one["association"],
            title=one["title"],
            words=one["words"],
            members_behind=one["members"],
            created_at=at,
            state=BundleState.CONFIRMED if "confirmation" in one else BundleState.FOLLOWING,
            answered_at=at + timedelta(days=6) if "confirmation" in one else None,
            confirmed_at=at + timedelta(days=7) if "confirmation" in one else None,
            confirmation=one.get("confirmation", ""),
        )
        row.requests.set([requests[title] for title in one["requests"]])
        lines.bundle(row)


def _reuses(told: list[dict[str, Any]], users: Mapping[str, Any], lines: Lines, now: datetime) -> None:
    known = open_data.datasets_named(slug for one in told for slug in one["datasets"])
    rows = list[Reuse]()
    vouchings = list[Vouching]()
    for place, one in enumerate(told):
        at = now - timedelta(days=80 - 9 * place)
        row = Reuse(
            title=one["title"],
            words=one["words"],
            address=f"https://demo-{place + 1}.example.cn/",
            kind=one["kind"],
            datasets=[slug for slug in one["datasets"] if slug in known] or one["datasets"],
            author=users[_ASKERS[place % len(_ASKERS)]].pk,
            author_name=one["team"],
            state=one["state"],
            submitted_at=at,
            updated_at=at,
            published_at=None if one["state"] == "SUBMITTED" else at + timedelta(days=1),
        )
        rows.append(row)
        lines.reuse(row)
        if "vouch" in one:
            code = "XH0001" if place == 0 else "XH0002"
            on = timezone.localdate(at) + timedelta(days=20)
            vouchings.append(Vouching(reuse=row, association_id=code, statement=one["vouch"], vouched_on=on))
            lines.vouch(row, at + timedelta(days=20), one["vouch"])
    Reuse.objects.bulk_create(rows)
    Vouching.objects.bulk_create(vouchings)
    ReusePicture.objects.bulk_create(_pictures(rows, now))


def _pictures(rows: list[Reuse], now: datetime) -> Iterator[ReusePicture]:
    """Yield simple pictures for the first few: a field of colour that fades, as screenshots would be too much."""
    for row, colour in zip(rows, _COLOURS, strict=False):
        fading = Image.linear_gradient("L").resize((640, 360))
        image = Image.composite(Image.new("RGB", (640, 360), colour), Image.new("RGB", (640, 360), "white"), fading)
        file = io.BytesIO()
        image.save(file, "PNG")
        drawn = redrawn(file.getvalue())
        yield ReusePicture(reuse=row, data=drawn.data, width=drawn.width, height=drawn.height, made_at=now)


def _threads(told: list[dict[str, Any]], users: Mapping[str, Any], now: datetime) -> None:
    known = open_data.datasets_named(one["dataset"] for one in told)
    threads, posts = list[Thread](), list[Post]()
    for place, one in enumerate(told):
        owner = known[one["dataset"]].owner if one["dataset"] in known else ""
        at = now - timedelta(days=20 - 5 * place)
        official = [number for number, words in enumerate(one["posts"]) if words.startswith("!") and owner]
        row = Thread(
            subject=Subject.DATASET,
            about=one["dataset"],
            owner=owner,
            title=one["title"],
            author=users["zhang"].pk,
            started_at=at,
            last_at=at + timedelta(days=len(one["posts"]) - 1),
            answered_at=at + timedelta(days=official[0]) if official else None,
            posts_count=len(one["posts"]),
        )
        threads.append(row)
        posts += _posts(row, one["posts"], users, at)
    Thread.objects.bulk_create(threads)
    Post.objects.bulk_create(posts)


def _posts(row: Thread, told: list[str], users: Mapping[str, Any], at: datetime) -> Iterator[Post]:
    for number, words in enumerate(told):
        official = words.startswith("!") and bool(row.owner)
        user = users["zhang" if number != 1 else "wang"]
        yield Post(
            thread=row,
            body=words.removeprefix("!"),
            author=uuid.uuid4() if official else user.pk,
            author_name="演示经办人" if official else mask_name(user.name),
            organisation=row.owner if official else "",
            is_official=official,
            at=at + timedelta(days=number),
        )

"""What tests of participation share: the city, an open dataset of 民政局, an association, short ways."""

from datetime import UTC, date, datetime

import pytest
from django.test import Client
from django.urls import reverse

from haihe.base.accounts.api import Actor, actor_for
from haihe.base.accounts.models import User
from haihe.city.cast import CATERING_ASSOCIATION
from haihe.data.open.tests.conftest import canteens, lake
from haihe.data.open.tests.test_opening_a_dataset import published
from haihe.data.participation import operations
from haihe.data.participation.models import Association, DataRequest
from haihe.data.participation.operations import Decision, NewRequest, NewReuse

__all__ = ["canteens", "lake", "published"]
NOW = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)
EVERYBODY = (
    "",
    "liu",
    "zhang",
    "clerk_gjj",
    "outsider",
    "steward_mzj",
    "approver_mzj",
    "operator",
    "auditor",
    "clerk_xh",
)
WISH = NewRequest(title="社区食堂餐位", words="每个社区食堂的餐位数。", purpose="给老人做地图。", owner="120012")


def person(username: str) -> Actor:
    return actor_for(username, now=NOW)


def browser(username: str) -> Client:
    client = Client()
    if username:
        client.force_login(User.objects.get(username=username))
    return client


def address(name: str, *args: object, **query: str) -> str:
    return reverse(f"participation:{name}", args=args, query=query or None)


def asked(username: str = "liu", *, title: str = WISH.title) -> str:
    new = NewRequest(title=title, words=WISH.words, purpose=WISH.purpose, owner=WISH.owner)
    return operations.ask(actor=person(username), new=new, now=NOW)


def move(
    username: str, number: str, name: str, *, now: datetime = NOW, due_on: date | None = None, **told: str
) -> None:
    decision = Decision(due_on=due_on, **told)
    operations.move_request(actor=person(username), number=number, name=name, decision=decision, now=now)


def forwarded(username: str = "liu", *, title: str = WISH.title, now: datetime = NOW) -> str:
    number = asked(username, title=title)
    move("operator", number, "forward", owner="120012", now=now)
    return number


def request_of(number: str) -> DataRequest:
    return DataRequest.objects.get(number=number)


def new_reuse(**changed: object) -> NewReuse:
    told: dict[str, object] = {
        "title": "食堂地图",
        "words": "把社区食堂画在地图上。",
        "address": "https://canteens.example.cn/map?x=1",
        "kind": "APP",
        "datasets": ("canteens",),
    }
    return NewReuse(**told | changed)  # type: ignore[arg-type]  # texts, and a tuple of them


@pytest.fixture
def association(lake: object, db: None) -> Association:
    """The catering association, of which 林悦 is the clerk."""
    return Association.objects.create(
        code=CATERING_ASSOCIATION, name="餐饮行业协会", trade="餐饮", about="会员是餐饮企业。", since=NOW.date()
    )

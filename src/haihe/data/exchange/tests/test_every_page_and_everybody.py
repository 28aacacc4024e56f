"""Each address of the exchange × each person of the cast: who gets in is written here; for quality, in a test there."""

from collections.abc import Iterator, Sequence
from datetime import datetime

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, reverse

from haihe.base.accounts.api import Actor
from haihe.city.cast import CAST
from haihe.data.exchange.delivery.models import DataDelivery, DeliveryPlan, DeliveryState, Difference
from haihe.data.exchange.delivery.testing import file_grant, planned
from haihe.data.exchange.models import FeedRun, Snapshot
from haihe.data.exchange.nodes.models import NodeFeed
from haihe.data.exchange.nodes.testing import invited
from haihe.data.exchange.operations.process import process_run
from haihe.data.exchange.sources.operations.starting import fetch_now
from haihe.data.exchange.sources.testing import folder_source
from haihe.data.exchange.testing import RELIEF
from haihe.data.exchange.tests.test_pages import fed, signed_in
from haihe.data.exchange.urls import urlpatterns

pytestmark = pytest.mark.django_db
RECEIPT = '{"target": {"where": "folder:x"}, "found": {"rows": 1}}'
EVERYBODY = tuple(person.username for person in CAST)
MZJ, GJJ = {"steward_mzj", "approver_mzj"}, {"steward_gjj", "approver_gjj"}
STEWARDS = {"steward_mzj", "steward_gjj", "outsider"}
OFFICIALS = MZJ | GJJ | {"outsider", "operator"}
OWNERS = MZJ | {"operator"}
OWNER, OPERATOR = {"steward_mzj"}, {"operator"}

LISTS = dict.fromkeys(("feeds", "sources", "nodes:links", "delivery-list"), OFFICIALS)
SHOWN = (
    dict.fromkeys(
        (
            *("run", "run-live", "source", "source-live", "source-run", "nodes:node", "lineage-run"),
            *("lineage-snapshot", "versions", "versions-compare"),
        ),
        OWNERS,
    )
    # Who was granted something of a register sees where that comes from, its own part.
    | {"rejects": MZJ, "lineage": OWNERS | GJJ}
    | dict.fromkeys(("delivery", "delivery-receipt"), OWNERS | GJJ)
)
FORMS = (
    dict.fromkeys(("source-add", "source-change", "source-probe", "source-plan"), OWNER)
    | dict.fromkeys(("upload", "source-choose", "delivery-target", "delivery-plan"), STEWARDS)
    | dict.fromkeys(("nodes:plan", "nodes:order"), OPERATOR)
)
POSTS = (
    dict.fromkeys(
        ("rerun", "source-agree", "source-fetch", "source-pause", "source-resume", "versions-retention"), OWNER
    )
    | {
        "delivery-again": {"steward_gjj", "operator"},
        "delivery-accept": {"steward_gjj"},
        "nodes:anew": {"steward_mzj", "operator"},
    }
    | dict.fromkeys(("nodes:stop", "nodes:invite", "nodes:revoke"), OPERATOR)
)
"""By the end of their names: who is answered as one who may."""
FOR_MACHINES = {"nodes:join"}


def names(patterns: Sequence[URLPattern | URLResolver], space: str = "") -> Iterator[str]:
    for each in patterns:
        if isinstance(each, URLResolver):
            yield from names(each.url_patterns, f"{each.namespace}:" if each.namespace else space)
        else:
            yield f"{space}{each.name}"


@pytest.fixture
def addresses(steward: Actor, operator: Actor, now: datetime) -> dict[str, str]:
    """Return the address of each page, of something of 民政局's own; the delivery goes to 公积金中心."""
    run = fed(steward, now)
    process_run(run.pk, now=now)
    source = folder_source(steward, now=now)
    fetch = fetch_now(steward, source.pk, now=now)
    invited(operator, now=now)
    feed = NodeFeed.objects.create(
        node_id="mzj-1", resource=RELIEF, connector="folder", settings={}, every_s=60, created_at=now
    )
    plan = planned("folder", {"path": "x"}, now=now, grant=file_grant(now))
    delivery = plan.deliveries.get()
    done = {"state": DeliveryState.DONE, "receipt": RECEIPT, "signature": "00", "finished_at": now}
    DataDelivery.objects.update(**done)
    DeliveryPlan.objects.update(held=Difference.COLUMNS)
    snapshot = Snapshot.objects.get().pk
    things: dict[str, tuple[object, ...]] = {
        "source-add": ("folder",),
        "source-run": (fetch.pk,),
        "delivery-target": ("folder",),
        "lineage-snapshot": (snapshot,),
        **dict.fromkeys(("nodes:node", "nodes:invite", "nodes:revoke"), ("mzj-1",)),
        "nodes:order": ("mzj-1", "folder"),
        **dict.fromkeys(("nodes:stop", "nodes:anew"), (feed.pk,)),
        **dict.fromkeys(("lineage", "versions", "versions-compare", "versions-retention"), (RELIEF,)),
        **dict.fromkeys(("run", "run-live", "rejects", "rerun", "lineage-run"), (run.pk,)),
        **dict.fromkeys(("delivery", "delivery-receipt", "delivery-again"), (delivery.pk,)),
        "delivery-accept": (plan.pk,),
    }
    of_the_source = {name: (source.pk,) for name in (*SHOWN, *FORMS, *POSTS) if name.startswith("source")}
    asked = {"source-add": f"?resource={RELIEF}", "versions-compare": f"?before={snapshot}&after={snapshot}"}
    alone = {*LISTS, "upload", "source-choose", "delivery-plan", "nodes:plan"}
    found = {}
    for name in (*LISTS, *SHOWN, *FORMS, *POSTS):
        args = () if name in alone else things.get(name) or of_the_source[name]
        found[name] = reverse(f"exchange:{name}", args=args) + asked.get(name, "")
    return found


def test_each_address_stands_in_one_list() -> None:
    here = sorted(name for name in names(urlpatterns) if not name.startswith("quality"))
    assert here == sorted([*LISTS, *SHOWN, *FORMS, *POSTS, *FOR_MACHINES])


@pytest.mark.parametrize("username", EVERYBODY)
def test_who_looks_at_what(username: str, addresses: dict[str, str]) -> None:
    client = signed_in(username)
    wrong = {}
    for name, who in (LISTS | SHOWN | FORMS).items():
        status = client.get(addresses[name]).status_code
        if (status == 200) != (username in who) or status not in {200, 403, 404}:
            wrong[name] = status
    assert wrong == {}


@pytest.mark.parametrize("username", EVERYBODY)
def test_who_changes_what(username: str, addresses: dict[str, str]) -> None:
    client = signed_in(username)
    wrong = {}
    for name, who in POSTS.items():
        assert client.get(addresses[name]).status_code in {403, 404, 405}, name
        with transaction.atomic():
            status = client.post(addresses[name], {"reason": "停用"}).status_code
            transaction.set_rollback(True)
        if (status in {200, 302, 422}) != (username in who) or status not in {200, 302, 403, 404, 422}:
            wrong[name] = status
    assert wrong == {}


def test_who_has_no_office_gets_no_form_through(addresses: dict[str, str]) -> None:
    before = FeedRun.objects.count()
    for username in ("liu", "clerk_gjj", "auditor"):
        client = signed_in(username)
        assert {client.post(addresses[name]).status_code for name in FORMS} <= {403, 405}
    assert FeedRun.objects.count() == before


def test_who_is_not_signed_in_is_sent_to_sign_in(addresses: dict[str, str]) -> None:
    for name in (*LISTS, *SHOWN, *FORMS):
        answer = Client().get(addresses[name])
        assert (answer.status_code, "sign-in" in answer["Location"]) == (302, True), name

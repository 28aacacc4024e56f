"""`haihe bench cases`: how long pages of cases take beside a million of them, on a database of their own."""

import shutil
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from haihe.cli.benchmark.instance import start_database
from haihe.cli.benchmark.pages import ok, set_up, share, times
from haihe.launch.screen import Screen

if TYPE_CHECKING:
    from django.test import Client

_CITIZEN, _AGENT, _CLERK, _APPROVER = "liu", "zhang", "clerk_scjg", "approver_scjg"
_BUSY: Final = "120029"
_OWN: Final = 12
_PAGES: Final = 20
_DEPTHS: Final = (0, 30, 300, 3_000, 100_000)
"""After how many rows the pages of a list begin."""


@dataclass(frozen=True, slots=True)
class Page:
    """One kind of page, in milliseconds of server time."""

    p50_ms: float
    p95_ms: float
    max_ms: float


@dataclass(frozen=True, slots=True)
class Result:
    """`p95_ms` is that of the slowest kind of page."""

    cases: int
    under_way: int
    build_s: float
    p95_ms: float
    pages: dict[str, Page]


def run(*, cases: int, screen: Screen) -> Result:
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="haihe-bench-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        folder.chmod(0o755)
        with screen.step("database and tables 数据库"):
            set_up(start_database(stack, folder), folder)
        started = datetime.now(UTC)
        with screen.step(f"{cases:,} cases 办件"):
            _plant(cases)
        took = (datetime.now(UTC) - started).total_seconds()
        with screen.step("pages 页面"):
            return _result(cases, took)


def _plant(cases: int) -> None:
    from django.db import connection

    from haihe.base.accounts import demo as people
    from haihe.base.keys import api as keys
    from haihe.city import api as city
    from haihe.city.cast import CAST, OFFICERS
    from haihe.launch import items
    from haihe.platforms.services.demo import many

    now = datetime.now(UTC)
    city.load_reference_data()
    items.bring_in()
    people.plant((*CAST, *OFFICERS), now=now, keyring=keys.keyring())
    many.plant_many(cases, now=now)
    many.give_to(_key(_CITIZEN), _OWN, agent=_key(_AGENT))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _key(username: str) -> bytes:
    from haihe.base.keys import api as keys
    from haihe.city import cast

    return keys.keyring().subject_key(cast.person(username).id_number or "")


def _result(cases: int, took: float) -> Result:
    from haihe.platforms.services.demo import many

    found = {name: _page(times(calls)) for name, calls in _calls().items()}
    return Result(
        cases=cases,
        under_way=many.under_way(),
        build_s=round(took, 1),
        p95_ms=max(page.p95_ms for page in found.values()),
        pages=found,
    )


def _page(took: list[float]) -> Page:
    return Page(share(took, 0.5), share(took, 0.95), share(took, 1.0))


def _calls() -> dict[str, list[Callable[[], object]]]:
    from haihe.platforms.services.demo import many

    citizen, agent, clerk, approver = (_signed_in(name) for name in (_CITIZEN, _AGENT, _CLERK, _APPROVER))
    own = many.numbers_of(_key(_CITIZEN))
    desk, old = many.numbers_at(_BUSY, _PAGES), many.numbers_at(_BUSY, _PAGES, oldest=True)
    waiting, every = many.places_at(_BUSY, _DEPTHS)
    return {
        "citizen_home": [_of(citizen, "/services/")] * 5,
        "citizen_list": [_of(citizen, "/services/cases/")] * 5,
        "citizen_list_of_an_agent": [_of(agent, "/services/cases/")] * 5,
        "citizen_case": [_of(citizen, f"/services/cases/{number}/") for number in own],
        "desk": [_of(clerk, "/services/desk/")] * 5,
        "desk_waiting": [_of(clerk, "/services/desk/cases/", after=after) for after in waiting],
        "desk_all": [_of(clerk, "/services/desk/cases/", show="all", after=after) for after in every],
        "desk_search": [_of(clerk, "/services/desk/cases/", q=number) for number in old]
        + [_of(clerk, "/services/desk/cases/", q=number[:12]) for number in old[:5]],
        "desk_case": [_of(clerk, f"/services/desk/cases/{number}/") for number in desk],
        "steps": [_of(clerk, "/services/desk/steps/", show=show) for show in ("all", "late")],
        "steps_of_an_approver": [_of(approver, "/services/desk/steps/")] * 3,
        "appeals": [_of(clerk, "/services/desk/appeals/")] * 3,
        "clock": [partial(ok, _signed_in(""), "/services/companies/clock/", {})] * 5,
    }


def _of(client: "Client", address: str, **asked: str) -> Callable[[], object]:
    return partial(ok, client, address, asked)


def _signed_in(username: str) -> "Client":
    from django.contrib.auth import get_user_model
    from django.test import Client

    client = Client()
    if username:
        client.force_login(get_user_model().objects.get(username=username))
    return client

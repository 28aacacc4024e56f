"""`haihe bench lookups`: each fingertip query as the page that one taps, beside the bare answer of the gateway.

A database, the demo's registers and grants, and one gateway process, all real and gone afterwards. Page and bare
question take turns, so that both have the same minute of the machine.
"""

import os
import shutil
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Final

from haihe.cli.benchmark.instance import start_database
from haihe.cli.benchmark.pages import set_up, share
from haihe.launch import ports, services
from haihe.launch.child import Child
from haihe.launch.screen import Screen
from haihe.launch.trouble import Trouble

if TYPE_CHECKING:
    from django.test import Client

    from haihe.platforms.services.lookups.api import Question

_HOST: Final = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Speed:
    """Milliseconds of one lookup: the page that asks and shows, and the gateway's answer alone."""

    page_p50_ms: float
    page_p95_ms: float
    gateway_p50_ms: float
    gateway_p95_ms: float
    page_bytes: int


@dataclass(frozen=True, slots=True)
class Result:
    """All lookups together, then each. A page is a POST with all its checks, its question, its record and its HTML.

    `page_bytes` are uncompressed.
    """

    lookups: int
    rounds: int
    page_p50_ms: float
    page_p95_ms: float
    gateway_p50_ms: float
    gateway_p95_ms: float
    page_bytes_max: int
    each: dict[str, Speed]


def run(*, rounds: int, screen: Screen) -> Result:
    """Measure. Raises: Trouble if a lookup did not find what the register has."""
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="haihe-bench-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        folder.chmod(0o755)
        port = ports.free_port()
        with screen.step("database and tables 数据库"):
            url = start_database(stack, folder)
            os.environ["HAIHE_GATEWAY_URL"] = f"http://{_HOST}:{port}"
            set_up(url, folder)
        with screen.step("registers and grants 数据和授权"):
            _plant()
        with screen.step("gateway 网关"):
            _start_gateway(stack, folder, url, port)
        with screen.step(f"ask everything {rounds} times 逐项查询"):
            return _measure(rounds)


def _plant() -> None:
    from django.utils import timezone

    from haihe.base.accounts import demo as people
    from haihe.base.keys import api as keys
    from haihe.city import api as city
    from haihe.city.cast import CAST, OFFICERS
    from haihe.platforms.services import api as platform
    from haihe.platforms.services.lookups import api as lookups

    now = timezone.now()
    city.load_reference_data()
    people.plant((*CAST, *OFFICERS), now=now, keyring=keys.keyring())
    platform.load_items()
    lookups.plant_registers(now=now)


def _start_gateway(stack: ExitStack, folder: Path, url: str, port: int) -> None:
    own = {name: value for name, value in os.environ.items() if not name.startswith("HAIHE_")}
    own |= {"HAIHE_DATA_DIR": str(folder), "HAIHE_DATABASE_URL": url, "PYTHONPATH": services.python_path()}
    program = services.gateway(port=port, environment=own, log_dir=folder / "logs")
    child = Child(replace(program, answers=partial(_is_well, port)))
    stack.callback(child.stop, timeout_s=20)
    child.start_and_wait()


def _is_well(port: int) -> bool:
    """Whether the gateway has read who may ask what."""
    status, _body = services.status_of(_HOST, port, "/healthz") or (0, b"")
    return status == HTTPStatus.OK


def _measure(rounds: int) -> Result:
    from haihe.platforms.services.lookups import api as lookups

    pages: list[float] = []
    bare: list[float] = []
    each: dict[str, Speed] = {}
    for question in lookups.questions():
        of_page, of_gateway, size = _one(question, rounds)
        each[question.slug] = Speed(
            page_p50_ms=share(of_page, 0.5),
            page_p95_ms=share(of_page, 0.95),
            gateway_p50_ms=share(of_gateway, 0.5),
            gateway_p95_ms=share(of_gateway, 0.95),
            page_bytes=size,
        )
        pages += of_page
        bare += of_gateway
    pages.sort()
    bare.sort()
    return Result(
        lookups=len(each),
        rounds=rounds,
        page_p50_ms=share(pages, 0.5),
        page_p95_ms=share(pages, 0.95),
        gateway_p50_ms=share(bare, 0.5),
        gateway_p95_ms=share(bare, 0.95),
        page_bytes_max=max(one.page_bytes for one in each.values()),
        each=each,
    )


def _one(question: "Question", rounds: int) -> tuple[list[float], list[float], int]:
    from django.contrib.auth import get_user_model
    from django.test import Client

    from haihe.platforms.services.lookups import api as lookups

    client = Client()
    client.force_login(get_user_model().objects.get(username=lookups.WHO.username))
    pages: list[float] = []
    bare: list[float] = []
    size = 0
    for _ in range(rounds + 1):
        lookups.forget_tries()
        took, size = _timed(partial(_page, client, question))
        pages.append(took)
        took, _answered = _timed(question.ask_bare)
        bare.append(took)
    return sorted(pages[1:]), sorted(bare[1:]), size  # the first of each warms up


def _timed[Got](call: Callable[[], Got]) -> tuple[float, Got]:
    started = time.perf_counter()
    got = call()
    return (time.perf_counter() - started) * 1000, got


def _page(client: "Client", question: "Question") -> int:
    answer = client.post(question.address, question.sent)
    if answer.status_code != HTTPStatus.OK or question.answered not in answer.content:
        raise Trouble(f"{question.slug} found nothing ({answer.status_code})")
    return len(answer.content)

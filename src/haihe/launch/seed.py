"""Plant the demo city: each component's own demo, in the order in which they need each other."""

import importlib
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from haihe.launch import foundation
from haihe.launch.data_dir import DataDir, Running
from haihe.launch.screen import Screen
from haihe.launch.supervisor import Supervisor
from haihe.launch.up import supervised

PEOPLE = "人员 people"
_UNREAD = 5
"""So many notices each person of a fresh city has still to read."""
COMPONENTS = (
    ("haihe.city.demo", "城市 city"),
    # Its people say what proves the papers that items declare.
    ("haihe.launch.items", "政务服务事项 items"),
    ("haihe.data.catalogue.demo", "目录 catalogue"),
    ("haihe.data.exchange.demo", "数据 feeds"),
    ("haihe.data.sharing.demo", "共享 sharing"),
    ("haihe.data.matching.demo", "比对 matching"),
    ("haihe.data.matching.review.demo", "关联 linkage"),
    ("haihe.data.open.demo", "开放 open data"),
    ("haihe.data.open.demo.life", "开放以后 what became of it"),
    ("haihe.data.harvest.demo", "采集 harvest"),
    ("haihe.data.participation.demo", "参与 participation"),
    ("haihe.platforms.services.demo", "事项 services"),
    ("haihe.platforms.services.items.demo", "事项草稿 drafts of items"),
    ("haihe.platforms.services.certificates.demo", "证照 certificates"),
    ("haihe.platforms.services.ratings.demo", "评价 ratings"),
    ("haihe.platforms.services.forms.demo", "表单 forms"),
    ("haihe.platforms.services.releases.demo", "成绩 results"),
    ("haihe.platforms.services.window.demo", "大厅 halls"),
    ("haihe.platforms.services.lookups.demo", "指尖查 lookups"),
)


def seed(data_dir: Path, *, scale: float, screen: Screen) -> int:
    """Plant into the installation of this directory, running or not. Returns the exit code."""

    def run(folder: DataDir, supervisor: Supervisor) -> None:
        folder.keyring()  # before there is a database: none may stand without its keys
        running = Running(
            pid=os.getpid(),
            url="",
            gateway_url="",
            database_url=foundation.start_database(folder, supervisor, screen),
            nats_url=os.environ.get("HAIHE_NATS_URL", ""),
        )
        _plant(folder, running, scale, screen)

    folder = DataDir(data_dir.absolute())
    if running := folder.running():
        _plant(folder, running, scale, screen)
        return 0
    return supervised(folder.path, run, screen=screen)


def _plant(folder: DataDir, running: Running, scale: float, screen: Screen) -> None:
    keyring = folder.keyring()
    environment = foundation.child_environment(folder=folder, keyring=keyring, running=running, demo=True)
    foundation.prepare_database(environment, keyring, screen)
    foundation.plant_demo_city(environment, scale, screen)


def plant_components(scale: float, *, now: datetime, report: Callable[[str, str, float], None]) -> None:
    """Call each component's `demo.plant`; Django must be set up. `report(title, what, share)` hears the progress."""
    # Imported here: models need Django set up. People come from the city's cast, which base may not know.
    from haihe.base.accounts import demo as people
    from haihe.base.accounts.api import actor_for
    from haihe.base.keys import api as keys
    from haihe.base.notices import api as notices
    from haihe.city import api as city
    from haihe.city.cast import CAST, OFFICERS
    from haihe.data.sharing import api as sharing

    people.plant((*CAST, *OFFICERS), now=now, keyring=keys.keyring())
    report(PEOPLE, "", 1.0)
    for module, title in COMPONENTS:
        with city.remembering():
            importlib.import_module(module).plant(
                scale=scale, now=now, progress=lambda what, share, title=title: report(title, what, share)
            )
        report(title, "", 1.0)
    # What the worker would tell of in its first minute is told now, or it would come on top.
    sharing.watch_clocks(now=now)
    told = [actor_for(person.username, now=now) for person in (*CAST, *OFFICERS)]
    notices.mark_read_but_newest(actors=told, newest=_UNREAD, now=now)


def main(scale: float) -> None:
    """Plant in this process, with a bar for each component."""
    import django

    django.setup()
    title, what = TextColumn("{task.fields[title]}"), TextColumn("[dim]{task.description}")
    columns = (SpinnerColumn(), title, BarColumn(), TimeElapsedColumn(), what)
    console = Console(highlight=False)
    # Drawn anew only where somebody looks on: ten times a second cost a good part of the planting's time.
    with Progress(*columns, console=console, auto_refresh=console.is_terminal, refresh_per_second=4) as bars:
        titles = (PEOPLE, *(title for _, title in COMPONENTS))
        tasks = {title: bars.add_task("", total=1.0, title=title, start=False) for title in titles}

        def report(title: str, what: str, share: float) -> None:
            bars.start_task(tasks[title])
            bars.update(tasks[title], description=what, completed=share)

        plant_components(scale, now=datetime.now(UTC), report=report)


if __name__ == "__main__":
    main(float(sys.argv[1]))

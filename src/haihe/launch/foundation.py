"""What every program of ours stands on: a database with its tables, and the message fabric."""

import os
import shutil
import signal
import subprocess
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from haihe.kernel.keyring import Keyring
from haihe.launch import services, stamps, tether
from haihe.launch.data_dir import DataDir, DataDirError, Running
from haihe.launch.hub import EmbeddedHub, HubDoor
from haihe.launch.nats import EmbeddedNats
from haihe.launch.postgres import EmbeddedPostgres
from haihe.launch.screen import Screen
from haihe.launch.supervisor import Supervisor
from haihe.launch.trouble import Trouble

DEFAULT_SCALE = 0.01
FEED_EVERY_S = 12 * 3600


class StepFailed(Trouble):
    """A program that prepares the city ended badly; it has told why on the screen."""


def start_database(folder: DataDir, supervisor: Supervisor, screen: Screen) -> str:
    """Return the url of the database: the given one (HAIHE_DATABASE_URL) or our own, started now."""
    if url := os.environ.get("HAIHE_DATABASE_URL"):
        return url
    server = EmbeddedPostgres(folder.path / "postgres")
    with screen.step("database 数据库"):
        server.prepare(screen.note)
        if server.is_running():
            # Left over from a supervisor that was killed where children cannot be tied to it.
            server.stop()
        supervisor.start(services.postgres(server, log_dir=folder.log_dir))
        server.create_database()
    return server.url()


def start_fabric(folder: DataDir, supervisor: Supervisor, screen: Screen) -> str:
    """Return the url of the message fabric: the given one (HAIHE_NATS_URL) or our own, started now."""
    if url := os.environ.get("HAIHE_NATS_URL"):
        return url
    server = EmbeddedNats(folder.path / "nats")
    with screen.step("message fabric 消息总线"):
        server.prepare()
        supervisor.start(services.nats(server, log_dir=folder.log_dir))
    return server.url


def start_hub(folder: DataDir, keyring: Keyring, supervisor: Supervisor, screen: Screen) -> tuple[str, str]:
    """Start the hub for nodes; return its url for programs of ours, and the address that nodes dial.

    With HAIHE_HUB_URL another machine runs it, and HAIHE_HUB_ADDRESS says where nodes find that.
    """
    door = HubDoor.from_environment()
    if url := os.environ.get("HAIHE_HUB_URL"):
        return url, door.address
    server = EmbeddedHub(folder.path / "hub", keyring)
    with screen.step("hub for nodes 前置机汇接"):
        door = server.prepare(door)
        supervisor.start(services.hub(server, log_dir=folder.log_dir))
    return server.url, door.address


def prepare_database(environment: Mapping[str, str], keyring: Keyring, screen: Screen) -> None:
    """Bring the tables up to this code, once per code. Raises: DataDirError if the database belongs to other keys."""
    url = environment["HAIHE_DATABASE_URL"]
    done = stamps.read(url)
    mark = keyring.subject_key("keyring of this database").hex()
    if done.get("keyring", mark) != mark:
        raise DataDirError("the database was filled with the keys of another data directory; give that as --data-dir")
    stamps.write(url, "keyring", mark)
    schema = stamps.of_schema()
    if done.get("schema") != schema:
        with screen.step("tables 建表"):
            run_to_end([*services.PYTHON, "django", "migrate", "-v0", "--skip-checks"], environment)
        stamps.write(url, "schema", schema)


def load_places(environment: Mapping[str, str], screen: Screen) -> None:
    """Load divisions and public bodies, which any city needs, unless this code or the demo city's planting did."""
    url, places = environment["HAIHE_DATABASE_URL"], stamps.of_places()
    if stamps.read(url).get("places") == places:
        return
    with screen.step("places and public bodies 区划和机构"):
        run_to_end([*services.PYTHON, "haihe.launch.places"], environment)
    stamps.write(url, "places", places)


def index_catalogue(environment: Mapping[str, str], screen: Screen) -> None:
    """Make the catalogue's entries searchable by this code and its synonyms, unless they are."""
    url, search = environment["HAIHE_DATABASE_URL"], stamps.of_search()
    if stamps.read(url).get("search") == search:
        return
    with screen.step("search of the catalogue 目录检索"):
        run_to_end([*services.PYTHON, "haihe.launch.search"], environment)
    stamps.write(url, "search", search)


def bring_in_items(environment: Mapping[str, str], screen: Screen) -> None:
    """Bring the items of this release in, searchable by this code, unless they are."""
    url, items = environment["HAIHE_DATABASE_URL"], stamps.of_items()
    if stamps.read(url).get("items") == items:
        return
    with screen.step("items of government service 政务服务事项"):
        run_to_end([*services.PYTHON, "haihe.launch.items"], environment)
    stamps.write(url, "items", items)


def plant_demo_city(environment: Mapping[str, str], scale: float | None, screen: Screen) -> None:
    """Plant the demo city unless it stands at this scale, planted by this code. None keeps the scale it has.

    Its register is fed anew now and then, as a bureau would, or it would grow too old to be believed.
    """
    url = environment["HAIHE_DATABASE_URL"]
    done = stamps.read(url).get("demo-city", "")
    if scale is None:
        scale = float(done.split()[0]) if done else DEFAULT_SCALE
    stamp = stamps.of_demo_city(scale)
    if done == stamp and stamps.age_s(url, "demo-city") < FEED_EVERY_S:
        return
    again = "feeding the demo's register anew 更新演示数据"
    screen.note(again if done == stamp else f"planting the demo city at scale {scale:g}, once 首次启动，生成演示城市")
    run_to_end([*services.PYTHON, "haihe.launch.seed", f"{scale:g}"], environment)
    stamps.write(url, "demo-city", stamp)
    stamps.write(url, "items", stamps.of_items())
    stamps.write(url, "places", stamps.of_places())
    stamps.write(url, "search", stamps.of_search())


def child_environment(*, folder: DataDir, keyring: Keyring, running: Running, demo: bool) -> dict[str, str]:
    """Return what our programs read from their environment (kernel/environment.py)."""
    return {
        "HAIHE_DATA_DIR": str(folder.path),
        "HAIHE_DATABASE_URL": running.database_url,
        "HAIHE_NATS_URL": running.nats_url,
        "HAIHE_HUB_URL": running.hub_url,
        "HAIHE_SCOREDAY_URL": os.environ.get("HAIHE_SCOREDAY_URL", "") or running.scoreday_url,
        "HAIHE_OPENREADS_PUBLIC_URL": os.environ.get("HAIHE_OPENREADS_PUBLIC_URL", "") or running.openreads_url,
        "HAIHE_HUB_ADDRESS": running.hub_address,
        "HAIHE_GATEWAY_URL": running.gateway_url,
        "HAIHE_PAGES_URL": running.url,
        "HAIHE_DEMO": "1" if demo else "0",
        "HAIHE_SECRET_KEY": keyring.django_secret,
        "HAIHE_ALLOWED_HOSTS": os.environ.get("HAIHE_ALLOWED_HOSTS", f"{urlsplit(running.url).hostname},localhost"),
        "DJANGO_SETTINGS_MODULE": "haihe.web.settings",
        "PYTHONPATH": services.python_path(),
        "PYTHONUNBUFFERED": "1",
    }


def metrics_urls(url: str, shown: tuple[int, ...]) -> tuple[str, ...]:
    """Return where Prometheus finds the figures of pages, gateway, worker and open data."""
    host = os.environ.get("HAIHE_METRICS_HOST", "127.0.0.1")
    return (f"{url}/metrics", *(f"http://{services.reachable_host(host)}:{port}/metrics" for port in shown))


def room_for_figures(folder: DataDir) -> dict[str, str]:
    """Return what the processes of the pages need to add their figures up: a folder, empty at the start."""
    room = folder.path / "figures"
    shutil.rmtree(room, ignore_errors=True)
    room.mkdir(mode=0o700)
    return {"PROMETHEUS_MULTIPROC_DIR": str(room)}


def run_to_end(command: Sequence[str], environment: Mapping[str, str]) -> None:
    """Run a program of ours in the foreground, on our screen. Raises: StepFailed."""
    process = subprocess.Popen(  # noqa: S603 - our own programs, no shell
        tether.tied(command, signal.SIGTERM),
        env=os.environ | dict(environment),
        stdin=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C is for us; we end it quietly
    )
    try:
        code = process.wait()
    except BaseException:
        process.kill()
        process.wait()
        raise
    if code:
        raise StepFailed(f"`{' '.join(command[2:])}` ended with code {code}")

"""Tests that need a program which may be missing: `@pytest.mark.engine("nginx")`.

Such a test is skipped where the program is missing, and the summary counts it aloud. With HAIHE_REQUIRE_ENGINES=1, as
in CI, every skip is a failure, so that nothing is quietly left untested there.
"""

import os
import shutil
import sys
from collections.abc import Generator
from typing import Any

import pytest

PROGRAMS = {
    # The shell first: the same engine without a window of its own, which takes half of the time until a page is there.
    "chromium": ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"),
    "nginx": ("nginx", "/usr/sbin/nginx"),
    "wrk": ("wrk",),
    "lxd": ("lxc", "incus"),
    "openssl": ("openssl",),
    "apt-get": ("apt-get",),
    "ip": ("ip", "/usr/sbin/ip"),
    "promtool": ("promtool",),
    "mariadb": ("mariadbd", "/usr/sbin/mariadbd"),
    "java": ("java",),
    "mosquitto": ("mosquitto", "/usr/sbin/mosquitto"),
    "clamd": ("clamd", "/usr/sbin/clamd"),
    "node": (f"{sys.prefix}/bin/node", "node"),
    "r": ("Rscript",),
    "s3": ("/usr/local/bin/moto_server", "moto_server"),
}
"""An engine's name and the programs of which any one will do."""

MISSING = pytest.StashKey[dict[str, int]]()


def program_of(engine: str) -> str | None:
    """Return the path of the engine's program, or None where it is missing. Raises: KeyError for an unknown engine."""
    return next((path for name in PROGRAMS[engine] if (path := shutil.which(name))), None)


def _required() -> bool:
    return os.environ.get("HAIHE_REQUIRE_ENGINES") == "1"


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    for marker in item.iter_markers("engine"):
        if program_of(marker.args[0]) is None:
            pytest.skip(f"engine missing: {marker.args[0]}")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, Any]:
    report = yield
    return _no_skips(report)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Generator[None, Any, Any]:
    report = yield
    return _no_skips(report)


def _no_skips(report: Any) -> Any:
    if report.skipped and _required() and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped although HAIHE_REQUIRE_ENGINES=1: {_reason(report)}"
    return report


def _reason(report: Any) -> str:
    told = report.longrepr
    return str(told[2] if isinstance(told, tuple) else told).removeprefix("Skipped: ")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    reasons: dict[str, int] = {}
    for report in terminalreporter.getreports("skipped"):
        reasons[_reason(report)] = reasons.get(_reason(report), 0) + 1
    if not reasons:
        return
    terminalreporter.section("NOT TESTED on this machine", sep="!", yellow=True)
    for reason, count in sorted(reasons.items()):
        terminalreporter.line(f"{count:4d} skipped: {reason}", yellow=True)
    terminalreporter.line("`bash .ci/run` installs what is missing; HAIHE_REQUIRE_ENGINES=1 turns these into failures.")

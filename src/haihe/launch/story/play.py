"""Play the story in the terminal."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

import httpx
from rich.markup import escape

from haihe.launch.screen import Screen
from haihe.launch.story.person import PageRefused
from haihe.launch.story.stage import Said, Stage, StoryFailed
from haihe.launch.story.steps import Step
from haihe.launch.temporary import CityProcess
from haihe.launch.trouble import Trouble

OPENING = Said(
    "数据多跑路，群众少跑腿：低保家庭提取住房公积金，只带身份证。",
    "Data travels so that people need not: a family on relief withdraws its housing fund with an ID card.",
)
NOTE = Said(
    "人物和数据都是合成的，地名和机构名是真实的。", "People and data are synthetic; places and bodies are real."
)


def play(steps: Sequence[Step], *, scale: float, screen: Screen) -> int:
    """Start a city of its own in a temporary folder, play, stop it. Returns 0 only if each result is right."""
    _say(screen, OPENING, style="bold")
    _say(screen, NOTE, style="dim")
    with tempfile.TemporaryDirectory(prefix="haihe-demo-", ignore_cleanup_errors=True) as name:
        # PostgreSQL's own OS user passes through here.
        Path(name).chmod(0o711)
        city = CityProcess(Path(name) / "city", "--scale", f"{scale:g}")
        try:
            return _play_in(city, Path(name), steps, screen)
        except (Trouble, KeyboardInterrupt) as trouble:
            screen.trouble(str(trouble) or "stopped 已停止")
            return 1
        finally:
            city.stop()


def _play_in(city: CityProcess, folder: Path, steps: Sequence[Step], screen: Screen) -> int:
    with screen.step("starting a city of its own 启动临时城市"):
        city.start()
        city.wait_until_ready()
    stage = Stage(city, folder)
    for number, step in enumerate(steps, 1):
        screen.console.print(
            f"\n[bold blue]{number}[/] [bold]{escape(step.title.zh)}[/]  [dim]{escape(step.title.en)}[/]"
        )
        try:
            with screen.console.status("…"):
                results = step.play(stage)
        except (StoryFailed, PageRefused, LookupError, OSError, httpx.HTTPError) as trouble:
            screen.console.print(f"  [bold red]✗[/] {escape(str(trouble))}")
            return 1
        for said in results:
            screen.console.print(f"  [green]✓[/] {escape(said.zh)}\n    [dim]{escape(said.en)}[/]")
    _say(screen, Said("\n每一步结果都对。", "Every result is right."), style="bold green")
    return 0


def _say(screen: Screen, said: Said, *, style: str) -> None:
    screen.console.print(f"[{style}]{escape(said.zh)}[/]\n[dim]{escape(said.en)}[/]")

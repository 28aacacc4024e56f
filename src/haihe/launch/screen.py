"""What the person who started us sees."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape


class Screen:
    """One line per step, with its time; a moving sign while a step lasts, on a terminal."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(highlight=False, soft_wrap=True)

    @contextmanager
    def step(self, what: str) -> Iterator[None]:
        started = time.monotonic()
        if not self.console.is_terminal:
            self.console.print(f"  … {escape(what)}")
        with self.console.status(escape(what)):
            yield
        self.console.print(f"[green]  ✓[/] {escape(what)} [dim]{time.monotonic() - started:.1f} s[/]")

    def note(self, text: str) -> None:
        stamp = time.strftime("%H:%M:%S")
        self.console.print(f"[dim]{stamp}[/] {escape(text)}")

    def trouble(self, text: str) -> None:
        self.console.print(f"[bold red]haihe:[/] {escape(text)}")

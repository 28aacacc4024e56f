"""The limits of one case: started, stopped by pauses, ended."""

from collections.abc import Mapping
from datetime import datetime

from msgspec.structs import replace

from haihe.kernel.calendar import CalendarEnded
from haihe.kernel.process import spans
from haihe.kernel.process.conditions import Value
from haihe.kernel.process.definition import Limit, Pause, Process
from haihe.kernel.process.state import Clock, Kind, State, Stopped
from haihe.kernel.working_time import WorkingTime


class Clocks:
    """A limit starts once, when its first step is reached, and ends once: when its last is left, or with the case."""

    def __init__(self, process: Process, state: State, working: WorkingTime) -> None:
        self._limits = {limit.name: _of_case(limit, state.data) for limit in process.limits}
        self._reasons = {pause.reason: pause for pause in process.pauses}
        self._clocks = {clock.limit: clock for clock in state.clocks}
        self._pauses = {stopped.reason: stopped for stopped in state.pauses}
        self._working = working

    def all(self) -> tuple[Clock, ...]:
        return tuple(self._clocks.values())

    def pauses(self) -> tuple[Stopped, ...]:
        return tuple(self._pauses.values())

    def reached(self, step: str, at: datetime) -> None:
        for limit in self._limits.values():
            if limit.starts == step and limit.name not in self._clocks:
                clock = Clock(limit=limit.name, started_at=at)
                self._clocks[limit.name] = self._running(clock, spans.whole(limit.within), at)
                if self._is_stopped(limit.name):
                    self._stop(limit, at)

    def left(self, step: str, at: datetime) -> None:
        for limit in self._limits.values():
            if limit.ends == step:
                self._finish(limit.name, at)

    def end(self, at: datetime) -> None:
        self._pauses.clear()
        for name in self._clocks:
            self._finish(name, at)

    def pause(self, reason: str, at: datetime) -> None:
        pause = self._reasons[reason]
        running = [name for name in pause.stops if not self._is_stopped(name)]
        self._pauses[reason] = Stopped(reason=reason, since=at, until=self._until(pause, at))
        for name in running:
            self._stop(self._limits[name], at)

    def resume(self, reason: str, at: datetime) -> None:
        del self._pauses[reason]
        for name in self._reasons[reason].stops:
            clock = self._clocks.get(name)
            if clock is not None and clock.left is not None and not self._is_stopped(name):
                self._clocks[name] = self._running(clock, clock.left, at)

    def over(self, now: datetime) -> list[tuple[str, datetime]]:
        """Return the reasons of pauses that have lasted as long as they may, and since when."""
        pauses = self._pauses.values()
        return [(stopped.reason, stopped.until) for stopped in pauses if stopped.until and stopped.until <= now]

    def tell(self, now: datetime) -> list[tuple[Kind, str]]:
        """Return the limits whose lamp has turned yellow or red since this was last asked."""
        told: list[tuple[Kind, str]] = []
        for name, clock in self._clocks.items():
            if clock.ended_at is None and clock.due_at and clock.due_at <= now and not clock.late:
                told.append((Kind.LATE, name))
                self._clocks[name] = replace(clock, late=True, warn_at=None)
            elif clock.ended_at is None and clock.warn_at and clock.warn_at <= now:
                told.append((Kind.WARNED, name))
                self._clocks[name] = replace(clock, warn_at=None)
        return told

    def _running(self, clock: Clock, left: int, at: datetime) -> Clock:
        limit = self._limits[clock.limit]
        due_at = spans.due_with(limit.within, left, at, self._working)
        warn_at = limit.warn and spans.warn_with(limit.within, left, limit.warn, at, self._working)
        return replace(clock, due_at=due_at, warn_at=warn_at or None, left=None)

    def _is_stopped(self, limit: str) -> bool:
        return any(limit in self._reasons[reason].stops for reason in self._pauses)

    def _stop(self, limit: Limit, at: datetime) -> None:
        """Take out what is left. A limit that has run out, or whose end nobody can tell yet, can't be stopped."""
        clock = self._clocks.get(limit.name)
        if clock is None or clock.ended_at or clock.due_at is None or clock.due_at <= at:
            return
        try:
            left = spans.left(limit.within, at, clock.due_at, self._working)
        except CalendarEnded:
            return
        self._clocks[limit.name] = replace(clock, due_at=None, warn_at=None, left=left)

    def _finish(self, name: str, at: datetime) -> None:
        clock = self._clocks.get(name)
        if clock is not None and clock.ended_at is None:
            self._clocks[name] = replace(clock, ended_at=at)

    def _until(self, pause: Pause, at: datetime) -> datetime | None:
        return spans.due(pause.at_most, at, self._working) if pause.at_most else None


def _of_case(limit: Limit, data: Mapping[str, Value]) -> Limit:
    """Return the limit with the count that this case was promised, where the process leaves it to the case."""
    count = data.get(limit.counts) if limit.counts else None
    if isinstance(count, bool) or not isinstance(count, int) or count < 1:
        return limit
    return replace(limit, within=replace(limit.within, count=count))

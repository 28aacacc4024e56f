"""The steps of a case as its page shows them: what is open, for whom, until when, and where in the picture that is."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.utils.translation import get_language

from haihe.base.accounts.api import Actor, Role
from haihe.base.processes import api as processes
from haihe.base.processes.api import OpenTask
from haihe.kernel.process.definition import Pause, Process, Wait, Words
from haihe.kernel.process.picture import BOX_HEIGHT, BOX_WIDTH, Picture, picture
from haihe.kernel.process.state import State
from haihe.platforms.services import parties
from haihe.platforms.services.models import Case
from haihe.platforms.services.operations.moving import goes_by_data
from haihe.platforms.services.queries import roles_on
from haihe.platforms.services.wording import choice_told, organisation_name

_SOON: Final = timedelta(hours=4)


@dataclass(frozen=True, slots=True)
class Choice:
    """One way on, as its button says it."""

    name: str
    label: str


@dataclass(frozen=True, slots=True)
class StepRow:
    """An open step. `light` is green, yellow or red as success, warning or danger; "" where nothing is due."""

    number: int
    step: str
    title: str
    who: str
    since: datetime
    due_at: datetime | None
    light: str
    choices: tuple[Choice, ...]
    is_mine: bool
    is_taken: bool
    is_taken_by_me: bool
    may_be_given: bool = False

    @property
    def may_ask_for_more(self) -> bool:
        """Whether one of the choices tells the applicant what is missing."""
        return any(choice.name == "missing" for choice in self.choices)


@dataclass(frozen=True, slots=True)
class Drawn:
    """One box of the picture; `stands`: done, here, or ahead."""

    title: str
    kind: str
    stands: str
    x: int
    y: int
    width: int = BOX_WIDTH
    height: int = BOX_HEIGHT

    @property
    def middle(self) -> tuple[int, int]:
        return self.x + self.width // 2, self.y + self.height // 2 + 5


@dataclass(frozen=True, slots=True)
class Work:
    """What is to do in a case, for one reader."""

    title: str
    steps: tuple[StepRow, ...]
    events: tuple[Choice, ...]
    pauses: tuple[Pause, ...]
    paused_for: str
    may_pause: bool
    width: int
    height: int
    boxes: tuple[Drawn, ...]
    lines: tuple[str, ...]

    @property
    def mine(self) -> tuple[StepRow, ...]:
        return tuple(step for step in self.steps if step.is_mine)


def told(words: Words) -> str:
    """Return the words in the reader's language."""
    return words.en if (get_language() or "").startswith("en") else words.zh


def work_of(case: Case, actor: Actor, *, now: datetime) -> Work | None:
    """Return what is to do; None where the case has no process."""
    pk = case.process_case_id
    process, state = (processes.process_of(pk), processes.state_of(pk)) if pk else (None, None)
    if process is None or state is None:
        return None
    # Where data decides, the buttons of the page are the steps; the picture says where it stands all the same.
    by_buttons = goes_by_data(case)
    tasks = [] if by_buttons else processes.open_tasks(case=pk)
    handles = Role.CLERK in roles_on(actor, case) and not by_buttons
    drawn = picture(process)
    pauses = {pause.reason: pause for pause in process.pauses}
    paused = [told(pauses[stopped.reason].title) for stopped in state.pauses if stopped.reason in pauses]
    return Work(
        title=told(process.title),
        steps=tuple(step_row(task, case, actor, now=now) for task in tasks),
        events=_events(process, state) if handles else (),
        pauses=process.pauses,
        paused_for="、".join(paused),
        may_pause=handles and bool(process.pauses) and case.state in ("EXAMINING", "AWAITING_DECISION"),
        width=drawn.width,
        height=drawn.height,
        boxes=_boxes(drawn, state),
        lines=tuple(" ".join(f"{x},{y}" for x, y in line.points) for line in drawn.lines),
    )


def step_row(task: OpenTask, case: Case, actor: Actor, *, now: datetime) -> StepRow:
    """Return a step as a list or page shows it."""
    body = parties.body_of(task.by, case)
    # That the time to supplement is over, only the desk says.
    names = [name for name in task.choices if name != "lapsed" or not parties.is_applicant(actor, case)]
    choices = tuple(Choice(name, choice_told(name)) for name in names)
    return StepRow(
        number=task.number,
        step=task.step,
        title=told(task.title),
        who=organisation_name(body) if body else case.masked_name,
        since=task.since,
        due_at=task.due_at or (case.due_at if body else None),
        light=_light(task, case, now),
        choices=choices,
        is_mine=parties.may_take(actor, case, task.by),
        is_taken=task.assignee is not None,
        is_taken_by_me=task.assignee is not None and task.assignee == actor.user_id,
        may_be_given=bool(body) and parties.may_give(actor, case, task.by),
    )


def _light(task: OpenTask, case: Case, now: datetime) -> str:
    dues = [due for due in (task.due_at, case.due_at) if due]
    if not dues:
        return ""
    if min(dues) <= now:
        return "danger"
    return "warning" if case.warned_at or min(dues) - now < _SOON else "success"


def _events(process: Process, state: State) -> tuple[Choice, ...]:
    """Return what the case waits to hear of, but what data tells it."""
    waits = [step for token in state.tokens if isinstance(step := process.step(token.step), Wait)]
    names = [name for wait in waits if wait.after for name in wait.events]
    return tuple(Choice(name, choice_told(name)) for name in names)


def _boxes(drawn: Picture, state: State) -> tuple[Drawn, ...]:
    here = {token.step for token in state.tokens}
    return tuple(
        Drawn(
            title=told(box.title),
            kind=box.kind,
            stands="here" if box.step in here else "done" if box.step in state.passed else "ahead",
            x=box.x,
            y=box.y,
        )
        for box in drawn.boxes
    )

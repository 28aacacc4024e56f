"""SpiffWorkflow, an engine of others, is led through the same processes and must stand where ours stands.

It reads what `to_bpmn` writes, so that is held to the standard as others understand it, too.
"""

from datetime import datetime
from io import BytesIO
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from msgspec.structs import replace
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from haihe.kernel.process import engine
from haihe.kernel.process.bpmn_names import variable
from haihe.kernel.process.bpmn_out import to_bpmn
from haihe.kernel.process.definition import Automatic, Fork, Gate, Join, Process, Step, Task, Way
from haihe.kernel.process.state import State
from haihe.kernel.process.testing import DATA, OPENING, processes
from haihe.kernel.working_time import CHINA_TIME

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=CHINA_TIME)


class Oracle:
    """The same case in the other engine. Programs' steps are made manual ones: both are told their answers."""

    def __init__(self, process: Process, data: dict[str, Any]) -> None:
        parser = BpmnParser()
        xml = to_bpmn(spelt_out(process)).replace("bpmn:serviceTask", "bpmn:manualTask").encode()
        parser.add_bpmn_xml(etree.parse(BytesIO(xml)))
        self._steps = {step.id for step in process.steps if isinstance(step, Task | Automatic)}
        self._workflow = BpmnWorkflow(parser.get_spec(process.name))
        next(iter(self._workflow.get_tasks(state=TaskState.READY))).set_data(**data)
        self._workflow.do_engine_steps()

    @property
    def open_steps(self) -> list[str]:
        ready = self._workflow.get_tasks(state=TaskState.READY)
        return sorted(task.task_spec.bpmn_id for task in ready if task.task_spec.bpmn_id in self._steps)

    @property
    def has_ended(self) -> bool:
        return bool(self._workflow.is_completed())

    def complete(self, step: str, choice: str) -> None:
        ready = self._workflow.get_tasks(state=TaskState.READY)
        task = next(task for task in ready if task.task_spec.bpmn_id == step)
        task.set_data(**{variable(step): choice})
        task.run()
        self._workflow.do_engine_steps()


def spelt_out(process: Process) -> Process:
    """Say with gates in ways that are always open what a fork says by conditions.

    An inclusive join of theirs may pass while a way behind a gateway is still open (seen in 3.2).
    """
    steps: list[Step] = []
    for step in process.steps:
        if isinstance(step, Fork):
            gates = {number: gate for number, way in enumerate(step.ways_out) if (gate := gate_of(step, number, way))}
            ways = (Way(next=gates[n].id if n in gates else way.next) for n, way in enumerate(step.ways_out))
            steps += [*gates.values(), replace(step, ways_out=tuple(ways))]
        else:
            steps.append(step)
    return replace(process, steps=tuple(steps))


def gate_of(fork: Fork, number: int, way: Way) -> Gate | None:
    if not way.when:
        return None
    return Gate(id=f"{fork.id}-way-{number}", title=fork.title, ways_out=(way, Way(next=fork.join)))


def open_steps(process: Process, state: State) -> list[str]:
    return sorted(token.step for token in state.tokens if not isinstance(process.step(token.step), Join))


def led_through(process: Process, data: dict[str, Any], draw: st.DataObject, *, most: int = 25) -> None:
    oracle, state = Oracle(process, data), engine.start(process, data=data, now=NOW).state
    for _ in range(most):
        assert oracle.has_ended == bool(state.outcome)
        if state.outcome:
            return
        assert oracle.open_steps == open_steps(process, state)
        token = draw.draw(st.sampled_from([one for one in state.tokens if one.step in oracle.open_steps]))
        step = process.step(token.step)
        assert isinstance(step, Task | Automatic)
        named = step.choices if isinstance(step, Task) else step.answers
        choice = draw.draw(st.sampled_from([*named])) if named else ""
        state = engine.complete(process, state, token.number, choice=choice, now=NOW).state
        oracle.complete(step.id, choice)


@given(process=processes(depth=2, for_others=True), data=DATA, draw=st.data())
def test_both_stand_at_the_same_steps(process: Process, data: dict[str, Any], draw: st.DataObject) -> None:
    led_through(process, data, draw)


def test_the_other_engine_reads_the_opening_of_a_company() -> None:
    oracle = Oracle(OPENING, {"staff": 2})
    oracle.complete("accept", "complete")
    oracle.complete("examine", "licence")

    assert oracle.open_steps == ["seal", "staff-insurance", "tax"]

"""Processes go out as BPMN and come back whole; what isn't in the subset is refused by its name."""

import pytest
from hypothesis import given

from haihe.kernel.process.bpmn_in import from_bpmn
from haihe.kernel.process.bpmn_names import MODEL
from haihe.kernel.process.bpmn_out import to_bpmn
from haihe.kernel.process.definition import Fork, Gate, Process, ProcessRefused, Task, Wait
from haihe.kernel.process.structure import check
from haihe.kernel.process.testing import OPENING, processes


def by_id(process: Process) -> tuple[object, ...]:
    return (
        process.name,
        process.version,
        process.title,
        process.starts,
        sorted(process.steps, key=lambda step: step.id),
    )


def test_a_process_comes_back_as_it_went() -> None:
    back = from_bpmn(to_bpmn(OPENING).encode())

    assert by_id(back) == by_id(OPENING)
    assert (back.limits, back.pauses, back.ways_out) == (OPENING.limits, OPENING.pauses, OPENING.ways_out)


@given(processes())
def test_any_process_comes_back_as_it_went(process: Process) -> None:
    assert by_id(from_bpmn(to_bpmn(process).encode())) == by_id(process)


def others(body: str) -> bytes:
    """A file as a modeller of others writes it: identifiers of its own, nothing of ours."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><definitions xmlns="{MODEL}" id="D" targetNamespace="x">'
        f'<process id="Process_1" name="补贴申领">{body}</process></definitions>'
    ).encode()


FLOWS = """
<startEvent id="Start"><outgoing>f0</outgoing></startEvent>
<userTask id="Activity_1" name="受理"/>
<exclusiveGateway id="Gateway_1" name="符合条件？" default="f3"/>
<parallelGateway id="Gateway_2"/>
<userTask id="Activity_2" name="发证"/><serviceTask id="Activity_3" name="公示"/>
<parallelGateway id="Gateway_3"/>
<intermediateCatchEvent id="Event_1" name="等待"><timerEventDefinition id="t">
<timeDuration>P20D</timeDuration></timerEventDefinition></intermediateCatchEvent>
<endEvent id="Event_2" name="办结"/><endEvent id="Event_3" name="不予办理"/>
<sequenceFlow id="f0" sourceRef="Start" targetRef="Activity_1"/>
<sequenceFlow id="f1" sourceRef="Activity_1" targetRef="Gateway_1"/>
<sequenceFlow id="f2" name="是" sourceRef="Gateway_1" targetRef="Gateway_2">
<conditionExpression>income &lt; 1000</conditionExpression></sequenceFlow>
<sequenceFlow id="f3" name="否" sourceRef="Gateway_1" targetRef="Event_3"/>
<sequenceFlow id="f4" sourceRef="Gateway_2" targetRef="Activity_2"/>
<sequenceFlow id="f5" sourceRef="Gateway_2" targetRef="Activity_3"/>
<sequenceFlow id="f6" sourceRef="Activity_2" targetRef="Gateway_3"/>
<sequenceFlow id="f7" sourceRef="Activity_3" targetRef="Gateway_3"/>
<sequenceFlow id="f8" sourceRef="Gateway_3" targetRef="Event_1"/>
<sequenceFlow id="f9" sourceRef="Event_1" targetRef="Event_2"/>
"""


def test_a_file_of_another_tool_is_read() -> None:
    process = from_bpmn(others(FLOWS))

    assert check(process) == ()
    kinds = {step.id: type(step) for step in process.steps}
    assert kinds["activity-1"] is Task
    assert kinds["gateway-1"] is Gate
    assert kinds["gateway-2"] is Fork
    assert kinds["event-1"] is Wait
    assert process.title.zh == "补贴申领"


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (FLOWS + '<subProcess id="S"/>', "subProcess"),
        (FLOWS + '<boundaryEvent id="B" attachedToRef="Activity_1"/>', "boundaryEvent"),
        (FLOWS.replace("P20D", "PT1M"), "a time is a duration"),
        (FLOWS.replace("P20D", "R3/P1D"), "a time is a duration"),
        (FLOWS.replace('id="f0" sourceRef="Start"', 'id="f0" sourceRef="Nowhere"'), "hangs in the air"),
        (FLOWS.replace('<userTask id="Activity_1"', "<userTask"), "has no id"),
        ("", "one start event"),
        (FLOWS.replace('targetRef="Gateway_3"', 'targetRef="Event_1"'), "never meet"),
        ("<x xmlns='urn:x'/>", "no BPMN"),
    ],
)
def test_what_is_not_in_the_subset_is_refused(body: str, says: str) -> None:
    with pytest.raises(ProcessRefused, match=says):
        from_bpmn(others(body))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<a",
        b"\xff\xfe<\x00",
        b"<a/>",
        b'<!DOCTYPE a [<!ENTITY b "bbbb">]><a>&b;</a>',
        b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
        b"<a>" + b" " * 2_000_001 + b"</a>",
    ],
)
def test_hostile_files_are_refused(content: bytes) -> None:
    with pytest.raises(ProcessRefused):
        from_bpmn(content)

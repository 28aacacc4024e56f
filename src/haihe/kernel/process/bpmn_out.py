"""A process as BPMN 2.0 XML, for people who draw with other tools.

A step that offers choices becomes an activity and an exclusive gateway; ways that come together within a block get a
merging gateway, since BPMN's joins count lines where ours count ways; an end within a block terminates.
"""

import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from haihe.kernel.process.bpmn_names import ALWAYS, INSTANCE, PREFIXES, bpmn, ours, variable
from haihe.kernel.process.bpmn_picture import draw
from haihe.kernel.process.definition import (
    Automatic,
    End,
    Fork,
    Gate,
    Join,
    Process,
    Step,
    StepPart,
    Task,
    Time,
    Wait,
    Way,
    Words,
)
from haihe.kernel.process.structure import blocks

_MERGE = "--merge"
_ISO = {"working_days": "P{}D", "days": "P{}D", "working_hours": "PT{}H", "hours": "PT{}H"}


def to_bpmn(process: Process) -> str:
    """Return a sound process as XML, with its picture."""
    for prefix, uri in PREFIXES.items():
        ET.register_namespace(prefix, uri)
    root = ET.Element(bpmn("definitions"), {"id": f"{process.name}-file", "targetNamespace": "urn:haihe:process"})
    element = _Writer(process, root).write()
    draw(process, root, element)
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


class _Writer:
    def __init__(self, process: Process, root: ET.Element) -> None:
        self._process = process
        self._steps = {step.id: step for step in process.steps}
        self._blocks = blocks(process)
        attributes = {"id": process.name, "name": process.title.zh, "isExecutable": "true"}
        self._element = ET.SubElement(root, bpmn("process"), attributes)
        self._root, self._flows, self._merges = root, 0, set[str]()
        self._lines: Counter[object] = Counter(self._kinds_of_lines())

    def write(self) -> ET.Element:
        process = self._process
        self._element.set(ours("en"), process.title.en)
        self._element.set(ours("version"), str(process.version))
        self._rules()
        ET.SubElement(self._element, bpmn("startEvent"), {"id": f"{process.name}--start"})
        self._flow(f"{process.name}--start", process.starts)
        for step in process.steps:
            self._step(step)
        return self._element

    def _kinds_of_lines(self) -> Iterator[object]:
        """Yield for each line that reaches a fork its name, and for each that reaches a join its way as well."""
        yield self._process.starts
        for step in self._process.steps:
            for way in _ways(step):
                if not isinstance(self._steps[way], Join):
                    yield way
                elif not (isinstance(step, Fork) and step.join == way):
                    yield way, self._blocks[step.id][-1]

    def _rules(self) -> None:
        kept = {"limits": self._process.limits, "pauses": self._process.pauses, "ways_out": self._process.ways_out}
        if any(kept.values()):
            extension = ET.SubElement(self._element, bpmn("extensionElements"))
            ET.SubElement(extension, ours("rules")).text = msgspec.json.encode(kept).decode()

    def _step(self, step: Step) -> None:
        match step:
            case Task():
                element = self._node("userTask", step, by=step.by)
                self._time(element, step.within)
                self._after(step, step.next, step.choices)
            case Automatic():
                self._node("serviceTask", step, does=step.does)
                self._after(step, step.next, step.answers)
            case Gate():
                element = self._node("exclusiveGateway", step)
                self._ways(element, step, step.ways_out)
            case Fork():
                element = self._node(self._side_by_side(step), step, join=step.join)
                self._ways(element, step, step.ways_out)
            case Join():
                fork = next(one for one in self._steps.values() if isinstance(one, Fork) and one.join == step.id)
                self._node(self._side_by_side(fork), step)
                self._flow(step.id, step.next)
            case Wait():
                self._wait(step)
            case End():
                self._end(step)

    def _after(self, step: Task | Automatic, after: str | None, named: Mapping[str, str]) -> None:
        if after:
            self._flow(step.id, after)
            return
        gateway = ET.SubElement(self._element, bpmn("exclusiveGateway"), {"id": f"{step.id}--choice"})
        gateway.set(ours("of"), step.id)
        self._flow(step.id, f"{step.id}--choice")
        flows = [
            self._flow(f"{step.id}--choice", way, name=choice, when=f"{variable(step.id)} == '{choice}'")
            for choice, way in named.items()
        ]
        # Some tools want one line that is taken where no condition holds; it stays the last choice's.
        gateway.set("default", flows[-1].attrib["id"])

    def _ways(self, element: ET.Element, step: Gate | Fork, ways: tuple[Way, ...]) -> None:
        some = isinstance(step, Fork) and any(way.when for way in ways)
        for way in ways:
            # A line without a condition isn't taken beside others at an inclusive gateway.
            flow = self._flow(step.id, way.next, when=way.when or (ALWAYS if some else ""), says=way.says)
            if not way.when and isinstance(step, Gate):
                element.set("default", flow.attrib["id"])

    def _wait(self, step: Wait) -> None:
        several = len(step.events) + bool(step.after) > 1
        if several:
            self._node("eventBasedGateway", step)
        for event in step.events:
            element = self._catch(step, event if several else "")
            ET.SubElement(element, bpmn("messageEventDefinition"), {"messageRef": self._message(event)})
            self._flow(element.attrib["id"], step.events[event])
        if step.after and step.next:
            element = self._catch(step, "time" if several else "")
            timer = ET.SubElement(element, bpmn("timerEventDefinition"))
            duration = ET.SubElement(timer, bpmn("timeDuration"), {f"{{{INSTANCE}}}type": "bpmn:tFormalExpression"})
            duration.text = f'"{_ISO[step.after.unit].format(step.after.count)}"'
            self._time(element, step.after)
            self._flow(element.attrib["id"], step.next)

    def _catch(self, step: Wait, event: str) -> ET.Element:
        if not event:
            return self._node("intermediateCatchEvent", step)
        identity = f"{step.id}--{event}"
        element = ET.SubElement(self._element, bpmn("intermediateCatchEvent"), {"id": identity, "name": event})
        element.set(ours("of"), step.id)
        self._flow(step.id, identity)
        return element

    def _message(self, event: str) -> str:
        identity = f"message--{event}"
        if not any(one.get("id") == identity for one in self._root):
            message = ET.Element(bpmn("message"), {"id": identity, "name": event})
            self._root.insert(0, message)
        return identity

    def _end(self, step: End) -> None:
        element = self._node("endEvent", step, outcome=step.outcome)
        before = [one for one in self._steps.values() if step.id in one.ways]
        if any(self._blocks[one.id] or isinstance(one, Fork) for one in before):
            ET.SubElement(element, bpmn("terminateEventDefinition"))

    def _node(self, kind: str, step: StepPart, **own: str) -> ET.Element:
        element = ET.SubElement(self._element, bpmn(kind), {"id": step.id, "name": step.title.zh})
        element.set(ours("en"), step.title.en)
        for name, value in own.items():
            element.set(ours(name), value)
        return element

    def _time(self, element: ET.Element, time: Time | None) -> None:
        if time:
            element.set(ours("time"), f"{time.count} {time.unit}")

    def _flow(
        self, source: str, target: str, *, name: str = "", when: str = "", says: Words | None = None
    ) -> ET.Element:
        target = self._merged(source, target)
        self._flows += 1
        attributes = {"id": f"flow-{self._flows}", "sourceRef": source, "targetRef": target}
        title = says.zh if says else name
        flow = ET.SubElement(self._element, bpmn("sequenceFlow"), attributes | ({"name": title} if title else {}))
        if says:
            flow.set(ours("en"), says.en)
        if when:
            condition = ET.SubElement(flow, bpmn("conditionExpression"))
            condition.set(f"{{{INSTANCE}}}type", "bpmn:tFormalExpression")
            condition.text = when
        return flow

    def _merged(self, source: str, target: str) -> str:
        """Where several lines that exclude each other reach a fork, or a join, lead them into one before it."""
        step, after = self._steps.get(source.partition("--")[0]), self._steps.get(target)
        if source.endswith(_MERGE) or not isinstance(after, Fork | Join):
            return target
        if isinstance(after, Fork):
            return self._merge(target, target) if self._lines[target] > 1 else target
        if step is None or (isinstance(step, Fork) and step.join == target):
            return target
        way = self._blocks[step.id][-1]
        return self._merge(way[1], target) if self._lines[target, way] > 1 else target

    def _merge(self, name: str, target: str) -> str:
        merge = f"{name}{_MERGE}"
        if merge not in self._merges:
            self._merges.add(merge)
            ET.SubElement(self._element, bpmn("exclusiveGateway"), {"id": merge}).set(ours("of"), "merge")
            self._flow(merge, target)
        return merge

    def _side_by_side(self, fork: Fork) -> str:
        return "inclusiveGateway" if any(way.when for way in fork.ways_out) else "parallelGateway"


def _ways(step: Step) -> Iterable[str]:
    """Return the steps that follow, as often as a line is drawn."""
    match step:
        case Task(next=after, choices=named) | Automatic(next=after, answers=named) | Wait(next=after, events=named):
            return (*([after] if after else []), *named.values())
        case Gate(ways_out=ways) | Fork(ways_out=ways):
            return [way.next for way in ways]
        case _:
            return step.ways

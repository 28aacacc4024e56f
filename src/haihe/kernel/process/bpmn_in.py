"""A process from BPMN 2.0 XML: our own files whole, other tools' as far as they use what a process may hold.

What isn't in the subset is refused by its name rather than left out: a process that lost a step decides wrongly.
"""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from typing import Final
from xml.parsers import expat

import msgspec

from haihe.kernel.process.bpmn_names import ALWAYS, MODEL, bpmn, ours
from haihe.kernel.process.definition import (
    Automatic,
    End,
    Fork,
    Gate,
    Join,
    Process,
    ProcessRefused,
    Step,
    Task,
    Time,
    Wait,
    Way,
    Words,
)

_MOST_BYTES: Final = 2_000_000
_TASKS: Final = {"task", "userTask", "manualTask"}
_PROGRAMS: Final = {"serviceTask", "scriptTask", "businessRuleTask", "sendTask"}
_GATEWAYS: Final = {"exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway"}
_EVENTS: Final = {"startEvent", "endEvent", "intermediateCatchEvent"}
_PASSED_OVER: Final = {"sequenceFlow", "extensionElements", "documentation", "textAnnotation", "association", "laneSet"}
_DURATION: Final = re.compile(r'"?P(?:(\d+)D)?(?:T(\d+)H)?"?')


def from_bpmn(content: bytes) -> Process:
    """Read a process; it may still be unsound, see `structure.check`. Raises: ProcessRefused."""
    root = _parsed(content)
    found = root.findall(bpmn("process"))
    if len(found) != 1:
        raise ProcessRefused(f"one process is wanted, and {len(found)} are there")
    try:
        return _Reader(root, found[0]).read()
    except msgspec.ValidationError as error:
        raise ProcessRefused(str(error)) from error


def _parsed(content: bytes) -> ET.Element:
    if len(content) > _MOST_BYTES:
        raise ProcessRefused(f"larger than {_MOST_BYTES} bytes")
    tree, parser = ET.TreeBuilder(), expat.ParserCreate(namespace_separator="}")
    parser.StartDoctypeDeclHandler = _refuse_document_type
    parser.StartElementHandler = lambda tag, attributes: tree.start(
        _qualified(tag), {_qualified(name): value for name, value in attributes.items()}
    )
    parser.EndElementHandler = lambda tag: tree.end(_qualified(tag))
    parser.CharacterDataHandler = tree.data
    try:
        parser.Parse(content, True)
        return tree.close()
    except expat.ExpatError as error:
        raise ProcessRefused(f"not XML: {error}") from error


def _refuse_document_type(*_: object) -> None:
    """Entities of a document type could point anywhere and grow without end."""
    raise ProcessRefused("a document type is not allowed")


def _qualified(name: str) -> str:
    return "{" + name if "}" in name else name


class _Reader:
    def __init__(self, root: ET.Element, element: ET.Element) -> None:
        self._element = element
        self._nodes = {_id(one): one for one in element if _kind(one) not in _PASSED_OVER}
        self._flows = element.findall(bpmn("sequenceFlow"))
        self._messages = {_id(one): one.get("name", _id(one)) for one in root.findall(bpmn("message"))}
        if unknown := sorted({_kind(one) for one in self._nodes.values()} - _TASKS - _PROGRAMS - _GATEWAYS - _EVENTS):
            raise ProcessRefused(f"not in the subset: {', '.join(unknown)}")
        ends = {flow.attrib.get(end, "") for flow in self._flows for end in ("sourceRef", "targetRef")}
        if ends - set(self._nodes):
            raise ProcessRefused("a sequence flow that hangs in the air")

    def read(self) -> Process:
        element = self._element
        starts = [one for one in self._nodes.values() if _kind(one) == "startEvent"]
        if len(starts) != 1 or len(self._out(starts[0])) != 1:
            raise ProcessRefused("one start event is wanted, with one way out")
        rules = element.find(f"{bpmn('extensionElements')}/{ours('rules')}")
        kept = msgspec.json.decode(rules.text or "{}") if rules is not None else {}
        steps = [step for node in self._nodes.values() if (step := self._step(node)) is not None]
        document = {
            "name": _name(element),
            "version": int(element.get(ours("version"), "1")),
            "title": _words(element),
            "starts": self._target(self._out(starts[0])[0]),
            "steps": msgspec.to_builtins(steps),
        }
        return msgspec.convert(
            document | {name: kept[name] for name in ("limits", "pauses", "ways_out") if name in kept}, Process
        )

    def _step(self, node: ET.Element) -> Step | None:
        kind = _kind(node)
        if kind in _TASKS:
            return self._task(node)
        if kind in _PROGRAMS:
            after, named = self._after(node)
            does = node.get(ours("does")) or _slug(_id(node))
            return Automatic(id=_name(node), title=_words(node), does=does, next=after, answers=named)
        if kind == "endEvent":
            outcome = node.get(ours("outcome")) or _name(node).upper().replace("-", "_")
            return End(id=_name(node), title=_words(node), outcome=outcome)
        if kind == "intermediateCatchEvent":
            return None if self._is_part(node) else self._wait(node, [node])
        if kind == "eventBasedGateway":
            return self._wait(node, [self._nodes[flow.attrib["targetRef"]] for flow in self._out(node)])
        return self._gateway(node) if kind in _GATEWAYS else None

    def _task(self, node: ET.Element) -> Task:
        after, named = self._after(node)
        by = node.get(ours("by")) or "CLERK"
        return Task(id=_name(node), title=_words(node), by=by, next=after, choices=named, within=_time(node))

    def _after(self, node: ET.Element) -> tuple[str | None, dict[str, str]]:
        """Return the step that follows, or the choices of the gateway that was made of them."""
        flow = self._only(node)
        gateway = self._nodes[flow.attrib["targetRef"]]
        if gateway.get(ours("of")) != _id(node):
            return self._target(flow), {}
        return None, {flow.get("name", ""): self._target(flow) for flow in self._out(gateway)}

    def _gateway(self, node: ET.Element) -> Step | None:
        if self._is_part(node):
            return None
        out = self._out(node)
        if len(out) > 1 and len(self._in(node)) > 1 and _kind(node) != "exclusiveGateway":
            raise ProcessRefused(f"{_id(node)}: opens and joins ways at once; draw two gateways")
        if len(out) < 2:
            # Where ways only come together no step is needed, unless they ran side by side.
            return (
                None
                if _kind(node) == "exclusiveGateway"
                else Join(id=_name(node), title=_words(node), next=self._target(self._only(node)))
            )
        ways = tuple(self._ways(node))
        if _kind(node) == "exclusiveGateway":
            return Gate(id=_name(node), title=_words(node), ways_out=tuple(sorted(ways, key=lambda way: not way.when)))
        return Fork(
            id=_name(node), title=_words(node), join=node.get(ours("join")) or self._join_of(node), ways_out=ways
        )

    def _ways(self, node: ET.Element) -> Iterator[Way]:
        for flow in self._out(node):
            condition = flow.find(bpmn("conditionExpression"))
            when = (condition.text or "").strip() if condition is not None else ""
            is_open = node.get("default") == _id(flow) or when == ALWAYS
            says = _words(flow) if flow.get("name") else None
            yield Way(next=self._target(flow), when="" if is_open else when, says=says)

    def _wait(self, node: ET.Element, catches: list[ET.Element]) -> Wait:
        events: dict[str, str] = {}
        after, following = None, None
        for catch in catches:
            message = catch.find(bpmn("messageEventDefinition"))
            timer = catch.find(bpmn("timerEventDefinition"))
            if message is not None:
                event = self._messages.get(message.get("messageRef", ""), "") or _id(catch)
                events[_slug(event)] = self._target(self._only(catch))
            elif timer is not None:
                after, following = _time(catch) or _duration(timer), self._target(self._only(catch))
            else:
                raise ProcessRefused(f"{_id(catch)}: only messages and times can be waited for")
        return Wait(id=_name(node), title=_words(node), next=following, after=after, events=events)

    def _is_part(self, node: ET.Element) -> bool:
        """True for what was drawn for another step: its choices, its events, or lines that come together."""
        before = [self._nodes[flow.attrib["sourceRef"]] for flow in self._in(node)]
        return ours("of") in node.attrib or any(_kind(one) == "eventBasedGateway" for one in before)

    def _target(self, flow: ET.Element) -> str:
        """Return the step that a line leads to, through gateways where ways only come together."""
        seen: set[str] = set()
        node = self._nodes[flow.attrib["targetRef"]]
        while _kind(node) == "exclusiveGateway" and len(self._out(node)) == 1:
            if _id(node) in seen:
                raise ProcessRefused(f"{_id(node)}: a circle of nothing")
            seen.add(_id(node))
            node = self._nodes[self._out(node)[0].attrib["targetRef"]]
        return _name(node)

    def _join_of(self, fork: ET.Element) -> str:
        """Follow the ways of a fork to the gateway that closes as many as were opened."""
        open_nodes, seen = [(_first(self._out(fork)), 1)], set[str]()
        while open_nodes:
            name, depth = open_nodes.pop()
            node = self._nodes[name]
            if name in seen:
                continue
            seen.add(name)
            if _kind(node) in {"parallelGateway", "inclusiveGateway"}:
                depth += 1 if len(self._out(node)) > 1 else -1
                if depth == 0:
                    return _name(node)
            open_nodes += [(flow.attrib["targetRef"], depth) for flow in self._out(node)]
        raise ProcessRefused(f"{_id(fork)}: its ways never meet")

    def _out(self, node: ET.Element) -> list[ET.Element]:
        return [flow for flow in self._flows if flow.attrib["sourceRef"] == _id(node)]

    def _in(self, node: ET.Element) -> list[ET.Element]:
        return [flow for flow in self._flows if flow.attrib["targetRef"] == _id(node)]

    def _only(self, node: ET.Element) -> ET.Element:
        out = self._out(node)
        if len(out) != 1:
            raise ProcessRefused(f"{_id(node)}: one way out is wanted, not {len(out)}")
        return out[0]


def _first(flows: list[ET.Element]) -> str:
    return flows[0].attrib["targetRef"]


def _kind(element: ET.Element) -> str:
    space, _, name = element.tag.rpartition("}")
    if space != "{" + MODEL:
        raise ProcessRefused(f"{element.tag} is no BPMN")
    return name


def _id(element: ET.Element) -> str:
    identity = element.get("id")
    if not identity:
        raise ProcessRefused(f"a {_kind(element)} has no id")
    return identity


def _name(element: ET.Element) -> str:
    return _slug(_id(element))


def _slug(text: str) -> str:
    """Return an identifier of ours: other tools write Activity_0x1kq9z."""
    slug = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
    return slug if slug[:1].isalpha() else f"step-{slug}"


def _words(element: ET.Element) -> Words:
    zh = element.get("name") or _id(element)
    return Words(zh=zh, en=element.get(ours("en")) or zh)


def _time(element: ET.Element) -> Time | None:
    text = element.get(ours("time"))
    if text is None:
        return None
    count, _, unit = text.partition(" ")
    return msgspec.convert({"count": count, "unit": unit}, Time, strict=False)


def _duration(timer: ET.Element) -> Time:
    duration = timer.find(bpmn("timeDuration"))
    found = _DURATION.fullmatch((duration.text or "").strip() if duration is not None else "")
    days, hours = found.groups() if found else (None, None)
    if bool(days) == bool(hours):
        raise ProcessRefused("a time is a duration of days (P20D) or hours (PT4H)")
    return Time(unit="days", count=int(days)) if days else Time(unit="hours", count=int(hours or 0))

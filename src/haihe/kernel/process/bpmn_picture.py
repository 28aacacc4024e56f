"""The picture of a process in BPMN's own terms, so that other tools open it drawn."""

import xml.etree.ElementTree as ET

from haihe.kernel.process.bpmn_names import BOUNDS, DIAGRAM, POINTS, bpmn
from haihe.kernel.process.definition import Process
from haihe.kernel.process.layout import Place, places

_COLUMN, _ROW = 200, 110
_SIZES = {"task": (150, 60), "gateway": (44, 44), "event": (36, 36)}


def draw(process: Process, root: ET.Element, element: ET.Element) -> None:
    """Append the picture of the process element to the file."""
    nodes = {one.attrib["id"]: one for one in element if "id" in one.attrib and one.tag != bpmn("sequenceFlow")}
    flows = element.findall(bpmn("sequenceFlow"))
    ways: dict[str, list[str]] = {name: [] for name in nodes}
    for flow in flows:
        ways[flow.attrib["sourceRef"]].append(flow.attrib["targetRef"])
    found = places(f"{process.name}--start", ways)
    diagram = ET.SubElement(root, f"{{{DIAGRAM}}}BPMNDiagram", {"id": f"{process.name}--diagram"})
    plane = ET.SubElement(
        diagram, f"{{{DIAGRAM}}}BPMNPlane", {"id": f"{process.name}--plane", "bpmnElement": process.name}
    )
    for name, place in found.items():
        shape = {"id": f"{name}--shape", "bpmnElement": name}
        x, y, width, height = _box(nodes[name], place)
        bounds = {"x": str(x), "y": str(y), "width": str(width), "height": str(height)}
        ET.SubElement(ET.SubElement(plane, f"{{{DIAGRAM}}}BPMNShape", shape), f"{{{BOUNDS}}}Bounds", bounds)
    for flow in flows:
        edge = {"id": f"{flow.attrib['id']}--edge", "bpmnElement": flow.attrib["id"]}
        line = ET.SubElement(plane, f"{{{DIAGRAM}}}BPMNEdge", edge)
        for end in ("sourceRef", "targetRef"):
            x, y, width, height = _box(nodes[flow.attrib[end]], found[flow.attrib[end]])
            middle = {"x": str(x + width // 2), "y": str(y + (height if end == "sourceRef" else 0))}
            ET.SubElement(line, f"{{{POINTS}}}waypoint", middle)


def _box(node: ET.Element, place: Place) -> tuple[int, int, int, int]:
    kind = next(kind for kind in _SIZES if kind in node.tag.lower())
    width, height = _SIZES[kind]
    return 40 + place.lane * _COLUMN + (150 - width) // 2, 40 + place.row * _ROW, width, height

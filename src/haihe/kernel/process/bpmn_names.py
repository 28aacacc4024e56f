"""Names of BPMN 2.0 (ISO/IEC 19510) that we speak, and our own beside them."""

from typing import Final

MODEL: Final = "http://www.omg.org/spec/BPMN/20100524/MODEL"
DIAGRAM: Final = "http://www.omg.org/spec/BPMN/20100524/DI"
BOUNDS: Final = "http://www.omg.org/spec/DD/20100524/DC"
POINTS: Final = "http://www.omg.org/spec/DD/20100524/DI"
INSTANCE: Final = "http://www.w3.org/2001/XMLSchema-instance"
OURS: Final = "urn:haihe:process:1"
"""What BPMN has no place for: English titles, who takes a step, limits and pauses. Other tools pass over it."""
PREFIXES: Final = {"bpmn": MODEL, "bpmndi": DIAGRAM, "dc": BOUNDS, "di": POINTS, "xsi": INSTANCE, "haihe": OURS}

ALWAYS: Final = "True"
"""The condition of a way that is always open, where one must be written."""


def bpmn(name: str) -> str:
    return f"{{{MODEL}}}{name}"


def ours(name: str) -> str:
    return f"{{{OURS}}}{name}"


def variable(step: str) -> str:
    """Return the name under which a step's choice is known to conditions in BPMN."""
    return f"choice_{step.replace('-', '_')}"

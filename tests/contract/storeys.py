"""The order of the house, read from where import-linter reads it."""

import tomllib
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]


def order() -> dict[str, int]:
    """Return the rank of each storey and room (`haihe.data.sharing`); a higher rank may look at a lower one."""
    settings = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())
    ranks: dict[str, int] = {}
    for contract in settings["tool"]["importlinter"]["contracts"]:
        if contract["type"] == "layers" and contract.get("exhaustive"):
            [container] = contract["containers"]
            for rank, layer in enumerate(reversed(contract["layers"])):
                ranks |= {f"{container}.{name.strip()}": rank for name in layer.split("|")}
    return ranks


def component_of(module: str) -> str:
    """Return the component a module belongs to: `haihe.data.sharing.models` → `haihe.data.sharing`."""
    parts = module.split(".")
    return ".".join(parts[: 3 if parts[1] in {"base", "data", "platforms"} else 2])


def may_look_at(lower: str, *, from_: str) -> bool | None:
    """True if the component may know the other, False if not, None if the house leaves siblings to settle it."""
    ranks = order()
    if lower.split(".")[1] != from_.split(".")[1]:
        return ranks[".".join(from_.split(".")[:2])] > ranks[".".join(lower.split(".")[:2])]
    if from_ not in ranks:
        return None
    return ranks[from_] > ranks[lower]

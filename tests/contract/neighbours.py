"""An import-linter contract: neighbours meet at api.py. Run by `lint-imports`; named in pyproject.toml."""

import re
from typing import Any

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output

_TESTING = re.compile(r"\.(tests|testing)(\.|$)")


class NeighboursMeetAtApi(Contract):
    """From outside, only a component's `api` is imported; by `demo_users` its `demo` and `cast` too, by tests all.

    `further_doors` are modules of a large component that others enter as well: the `api` of a room in it, or a program.
    """

    type_name = "neighbours"
    components = fields.SetField(subfield=fields.ModuleExpressionField())
    demo_users = fields.SetField(subfield=fields.StringField())
    further_doors = fields.SetField(subfield=fields.StringField(), required=False, default=())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        patterns: Any = self.components
        names = [name for name in graph.modules if any(_fits(name, str(pattern)) for pattern in patterns)]
        breaches = [
            (importer, imported, graph.get_import_details(importer=importer, imported=imported))
            for component in sorted(names)
            for imported in sorted({component, *graph.find_descendants(component)})
            for importer in sorted(graph.find_modules_that_directly_import(imported))
            if not self._may(importer, imported, component)
        ]
        return ContractCheck(kept=not breaches, metadata={"breaches": breaches})

    def _may(self, importer: str, imported: str, component: str) -> bool:
        inside = f"{importer}.".startswith(f"{component}.")
        doors = ["api", "demo", "cast"] if any(re.search(user, importer) for user in _set(self.demo_users)) else ["api"]
        entered = {f"{component}.{door}" for door in doors} | _set(self.further_doors)
        return bool(inside or _TESTING.search(importer)) or any(
            f"{imported}.".startswith(f"{door}.") for door in entered
        )

    def render_broken_contract(self, check: ContractCheck) -> None:
        for importer, imported, details in check.metadata["breaches"]:
            lines = ", ".join(str(detail["line_number"]) for detail in details)
            output.print_error(f"{importer} imports {imported} (line {lines}); import its component's api instead")


def _fits(name: str, pattern: str) -> bool:
    return re.fullmatch(pattern.replace(".", r"\.").replace("*", r"\w+"), name) is not None


def _set(value: Any) -> set[str]:
    return set(value)

"""State machines as data: which move leads from where to where, who may make it, and the clause that demands it."""

from collections.abc import Collection
from dataclasses import dataclass


class ForbiddenMove(Exception):
    """The workflow has no such move from the present state."""

    def __init__(self, workflow: str, state: str, name: str) -> None:
        super().__init__(f"{workflow}: no move {name} from {state}")
        self.workflow = workflow
        self.state = state
        self.name = name


@dataclass(frozen=True, slots=True)
class Move:
    """One allowed step. `clock_working_days` is the time the clause gives for the step after it, where it gives one."""

    name: str
    sources: tuple[str, ...]
    target: str
    roles: tuple[str, ...]
    clause: str
    clock_working_days: int | None = None


@dataclass(frozen=True, slots=True)
class Workflow:
    """A table of moves. A name may stand in several moves as long as no two of them leave the same state.

    `final`, where given, are the states meant to be ends: another state without a way out is refused as a mistake.
    """

    name: str
    initial: str
    states: tuple[str, ...]
    moves: tuple[Move, ...]
    final: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        self._check_moves()
        self._check_ends()

    def _check_moves(self) -> None:
        known = set(self.states)
        seen: set[tuple[str, str]] = set()
        for move in self.moves:
            if not move.sources or not move.roles or not move.clause:
                raise ValueError(f"{self.name}: move {move.name} needs sources, roles and a clause")
            if unknown := {*move.sources, move.target} - known:
                raise ValueError(f"{self.name}: move {move.name} names unknown states {sorted(unknown)}")
            for source in move.sources:
                if (source, move.name) in seen:
                    raise ValueError(f"{self.name}: move {move.name} leaves {source} twice")
                seen.add((source, move.name))

    def _check_ends(self) -> None:
        if self.initial not in self.states:
            raise ValueError(f"{self.name}: unknown initial state {self.initial}")
        if unreached := set(self.states) - self._reached():
            raise ValueError(f"{self.name}: no move reaches {sorted(unreached)}")
        if self.final is not None and set(self.final) != self.terminal:
            raise ValueError(f"{self.name}: ends in {sorted(self.terminal)}, and should in {sorted(self.final)}")

    def _reached(self) -> set[str]:
        """Follow the moves from the initial state."""
        reached, new = set[str](), {self.initial}
        while new:
            reached |= new
            new = {move.target for move in self.moves if not reached.isdisjoint(move.sources)} - reached
        return reached

    @property
    def terminal(self) -> frozenset[str]:
        """The states that no move leaves."""
        return frozenset(self.states) - {source for move in self.moves for source in move.sources}

    def move(self, state: str, name: str) -> Move:
        """Return the move of that name from the state. Raises: ForbiddenMove."""
        for move in self.moves:
            if move.name == name and state in move.sources:
                return move
        raise ForbiddenMove(self.name, state, name)

    def allowed(self, state: str, roles: Collection[str]) -> tuple[Move, ...]:
        """Return the moves that one of the roles may make from the state."""
        return tuple(move for move in self.moves if state in move.sources and not set(move.roles).isdisjoint(roles))

    def to_mermaid(self) -> str:
        """Return the machine as a Mermaid state diagram, for documents."""
        lines = ["stateDiagram-v2", f"    [*] --> {self.initial}"]
        lines += [f"    {source} --> {move.target}: {move.name}" for move in self.moves for source in move.sources]
        lines += [f"    {state} --> [*]" for state in self.states if state in self.terminal]
        return "\n".join(lines) + "\n"

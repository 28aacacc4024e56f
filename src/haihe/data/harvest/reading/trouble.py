"""Why a whole page, and with it the run, can't be read."""

from enum import StrEnum


class Problem(StrEnum):
    """What stops a run, besides the faults of `base.outward`."""

    STATUS = "STATUS"
    NOT_JSON = "NOT_JSON"
    NOT_RDF = "NOT_RDF"
    NOT_CKAN = "NOT_CKAN"
    NOT_DATA_JSON = "NOT_DATA_JSON"
    NO_CATALOGUE = "NO_CATALOGUE"
    PAGES_REPEAT = "PAGES_REPEAT"
    TOO_MANY = "TOO_MANY"
    NEXT_ELSEWHERE = "NEXT_ELSEWHERE"
    NO_TOKEN = "NO_TOKEN"  # noqa: S105 - a name
    NOT_PERMITTED = "NOT_PERMITTED"
    NOT_ACTIVE = "NOT_ACTIVE"
    NO_PROGRESS = "NO_PROGRESS"
    INTERNAL = "INTERNAL"


class Stopped(Exception):
    """The run can't go on. `passing`: another try may do, as with a server that has trouble."""

    def __init__(self, problem: str, detail: str = "", *, passing: bool = False) -> None:
        super().__init__(f"{problem} {detail}".rstrip())
        self.problem = problem
        self.detail = detail
        self.passing = passing

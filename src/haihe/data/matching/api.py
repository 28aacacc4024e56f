"""What neighbours may use of comparisons."""

from haihe.data.matching.checks import checks_waiting
from haihe.data.matching.errors import InputRefused, MatchingError, NotFound, NotGranted, NotNow
from haihe.data.matching.operations.modelling import move_version, write_model, write_version
from haihe.data.matching.operations.running import cancel_run, start_run

__all__ = [
    "InputRefused",
    "MatchingError",
    "NotFound",
    "NotGranted",
    "NotNow",
    "cancel_run",
    "checks_waiting",
    "move_version",
    "start_run",
    "write_model",
    "write_version",
]

"""What neighbours may use of the open platform."""

from haihe.data.open.events import DATASET_MOVED, VERSION_READY
from haihe.data.open.operations.making import build_waiting
from haihe.data.open.queries import SixFigures, six_figures

__all__ = ["DATASET_MOVED", "VERSION_READY", "SixFigures", "build_waiting", "six_figures"]

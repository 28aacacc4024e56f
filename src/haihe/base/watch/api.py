"""What neighbours may use of watch."""

from haihe.base.watch.exposition import StandingCollector
from haihe.base.watch.figures import STRETCHES, Figures, Line, Point, Span, Stretch, Which, by_service, over_time, total

__all__ = [
    "STRETCHES",
    "Figures",
    "Line",
    "Point",
    "Span",
    "StandingCollector",
    "Stretch",
    "Which",
    "by_service",
    "over_time",
    "total",
]

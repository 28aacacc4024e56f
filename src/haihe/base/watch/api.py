"""What neighbours may use of watch."""

from haihe.base.watch.exposition import StandingCollector, offer_figures
from haihe.base.watch.figures import (
    STRETCHES,
    Figures,
    Line,
    Point,
    Span,
    Stretch,
    Which,
    by_service,
    of_last_minutes,
    over_time,
    total,
)
from haihe.base.watch.operations import watch_over
from haihe.base.watch.probes import Reading, probe
from haihe.base.watch.queries import open_alerts

__all__ = [
    "STRETCHES",
    "Figures",
    "Line",
    "Point",
    "Reading",
    "Span",
    "StandingCollector",
    "Stretch",
    "Which",
    "by_service",
    "of_last_minutes",
    "offer_figures",
    "open_alerts",
    "over_time",
    "probe",
    "total",
    "watch_over",
]

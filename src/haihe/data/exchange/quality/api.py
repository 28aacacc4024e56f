"""What the other rooms of the exchange may use of quality."""

from haihe.data.exchange.quality.assessing import Assessed, assess
from haihe.data.exchange.quality.models import Verdict
from haihe.data.exchange.quality.preparing import Prepared, prepare
from haihe.data.exchange.quality.reports import has_report, held_among, return_of
from haihe.data.exchange.quality.rulebook import rules_of, rules_of_all, rules_of_run, ruleset_of
from haihe.data.exchange.quality.ruleset import RuleSet
from haihe.data.exchange.quality.telling import tell_held
from haihe.data.exchange.quality.titles import fields_titled

__all__ = [
    "Assessed",
    "Prepared",
    "RuleSet",
    "Verdict",
    "assess",
    "fields_titled",
    "has_report",
    "held_among",
    "prepare",
    "return_of",
    "rules_of",
    "rules_of_all",
    "rules_of_run",
    "ruleset_of",
    "tell_held",
]

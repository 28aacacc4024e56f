"""What the other rooms of the exchange may use of quality."""

from haihe.data.exchange.quality.rulebook import rules_of, rules_of_all, ruleset_of
from haihe.data.exchange.quality.ruleset import RuleSet

__all__ = ["RuleSet", "rules_of", "rules_of_all", "ruleset_of"]

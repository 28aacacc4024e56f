from django.apps import AppConfig


class MatchingConfig(AppConfig):
    name = "haihe.data.matching"
    label = "matching"
    verbose_name = "比对"

    def ready(self) -> None:
        from haihe.data.exchange import api as exchange
        from haihe.data.matching import heard, telling_checks, telling_leads  # noqa: F401 - subscribes; words of notices
        from haihe.data.matching.lineage import comparisons

        exchange.add_uses(comparisons)

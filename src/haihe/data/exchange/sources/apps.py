from django.apps import AppConfig


class SourcesConfig(AppConfig):
    name = "haihe.data.exchange.sources"
    label = "exchange_sources"
    verbose_name = "数据源"

    def ready(self) -> None:
        from haihe.data.exchange import api as exchange
        from haihe.data.exchange.sources import telling  # noqa: F401 - the words of its notices
        from haihe.data.exchange.sources.operations.ending import feed_run_ended

        exchange.on_end(feed_run_ended)

from django.apps import AppConfig


class NodesConfig(AppConfig):
    name = "haihe.data.exchange.nodes"
    label = "exchange_nodes"
    verbose_name = "前置机"

    def ready(self) -> None:
        from haihe.data.exchange import api as exchange
        from haihe.data.exchange.nodes import probes  # noqa: F401 - what it measures for alerts
        from haihe.data.exchange.nodes.operations.following import feed_run_ended

        exchange.on_end(feed_run_ended)

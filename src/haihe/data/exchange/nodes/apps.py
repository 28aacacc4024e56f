from django.apps import AppConfig


class NodesConfig(AppConfig):
    name = "haihe.data.exchange.nodes"
    label = "exchange_nodes"
    verbose_name = "前置机"

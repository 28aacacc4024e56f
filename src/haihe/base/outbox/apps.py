from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "haihe.base.outbox"
    label = "outbox"
    verbose_name = "事件"

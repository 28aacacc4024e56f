from django.apps import AppConfig


class QualityConfig(AppConfig):
    name = "haihe.data.exchange.quality"
    label = "exchange_quality"
    verbose_name = "数据质量"

    def ready(self) -> None:
        from haihe.data.exchange.quality import heard, tasks, telling  # noqa: F401 - what it hears and does, its words

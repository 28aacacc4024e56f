from django.apps import AppConfig


class QualityConfig(AppConfig):
    name = "haihe.data.exchange.quality"
    label = "exchange_quality"
    verbose_name = "数据质量"

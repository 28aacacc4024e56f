from django.apps import AppConfig


class StatisticsConfig(AppConfig):
    name = "haihe.data.open.statistics"
    label = "open_statistics"
    verbose_name = "开放数据使用统计"

    def ready(self) -> None:
        from haihe.data.open.sources import register_source
        from haihe.data.open.statistics.dataset import source

        register_source(source)

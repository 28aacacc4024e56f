from django.apps import AppConfig


class StatisticsConfig(AppConfig):
    name = "haihe.data.open.statistics"
    label = "open_statistics"
    verbose_name = "开放数据使用统计"

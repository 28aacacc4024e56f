from django.apps import AppConfig


class WatchConfig(AppConfig):
    name = "haihe.base.watch"
    label = "watch"
    verbose_name = "运行监测"

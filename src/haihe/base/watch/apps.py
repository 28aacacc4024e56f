from django.apps import AppConfig


class WatchConfig(AppConfig):
    name = "haihe.base.watch"
    label = "watch"
    verbose_name = "运行监测"

    def ready(self) -> None:
        from haihe.base.watch import probes, telling  # noqa: F401 - what base measures, its words for notices

from django.apps import AppConfig


class SharingConfig(AppConfig):
    name = "haihe.data.sharing"
    label = "sharing"
    verbose_name = "共享"

    def ready(self) -> None:
        from haihe.data.sharing import telling  # noqa: F401 - its words for notices

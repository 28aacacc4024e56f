from django.apps import AppConfig


class FollowingConfig(AppConfig):
    name = "haihe.data.following"
    label = "following"
    verbose_name = "关注开放数据"

    def ready(self) -> None:
        from haihe.data.following import beside_datasets, heard, telling  # noqa: F401 - parts, what it hears, its words

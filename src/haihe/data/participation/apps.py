from django.apps import AppConfig


class ParticipationConfig(AppConfig):
    name = "haihe.data.participation"
    label = "participation"
    verbose_name = "数据开放参与"

    def ready(self) -> None:
        from haihe.data.participation import (  # noqa: F401 - parts of pages, subscriptions, words of notices
            beside_datasets,
            heard,
            telling,
        )

from django.apps import AppConfig


class RatingsConfig(AppConfig):
    name = "haihe.platforms.services.ratings"
    label = "services_ratings"
    verbose_name = "好差评"

    def ready(self) -> None:
        from haihe.platforms.services.ratings import telling  # noqa: F401 - its words for notices

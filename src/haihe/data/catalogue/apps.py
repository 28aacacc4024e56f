from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "haihe.data.catalogue"
    label = "catalogue"
    verbose_name = "目录"

    def ready(self) -> None:
        from haihe.data.catalogue.needs import telling  # noqa: F401 - its words for notices

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "haihe.data.catalogue"
    label = "catalogue"
    verbose_name = "目录"

    def ready(self) -> None:
        from haihe.data.catalogue import telling  # noqa: F401 - its words for notices
        from haihe.data.catalogue.needs import telling as telling_needs  # noqa: F401 - and theirs

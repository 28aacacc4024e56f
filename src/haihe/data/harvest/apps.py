from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HarvestConfig(AppConfig):
    name = "haihe.data.harvest"
    label = "harvest"
    verbose_name = "数据采集"

    def ready(self) -> None:
        from haihe.data.harvest import telling  # noqa: F401 - words of notices
        from haihe.data.harvest.beside import found_beside
        from haihe.data.open.api import Door, front_door, register_beside

        register_beside(found_beside)
        front_door(Door(_("外部来源的数据集"), _("看其他开放平台有什么"), "external:list", "world-download"))

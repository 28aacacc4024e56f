from django.apps import AppConfig
from django.conf import settings
from django.utils.translation import gettext_lazy as _


class OpenDataConfig(AppConfig):
    name = "haihe.data.open"
    label = "open_data"
    verbose_name = "数据开放"

    def ready(self) -> None:
        from haihe.data.open import heard, telling  # noqa: F401 - subscribes; words of notices
        from haihe.data.open.demo.source import made_up
        from haihe.data.open.extensions import Door, front_door
        from haihe.data.open.sources import register_source
        from haihe.data.open.things import things
        from haihe.data.sharing import api as sharing

        sharing.register_opened(things)
        front_door(Door(_("开发者"), _("领取访问密钥，申请有条件开放的数据"), "open:developer", "key"))
        if settings.HAIHE.demo:
            register_source(made_up)

from django.apps import AppConfig
from django.conf import settings


class OpenDataConfig(AppConfig):
    name = "haihe.data.open"
    label = "open_data"
    verbose_name = "数据开放"

    def ready(self) -> None:
        from haihe.data.open import heard, telling  # noqa: F401 - subscribes; words of notices
        from haihe.data.open.demo.source import made_up
        from haihe.data.open.sources import register_source
        from haihe.data.open.things import things
        from haihe.data.sharing import api as sharing

        sharing.register_opened(things)
        if settings.HAIHE.demo:
            register_source(made_up)

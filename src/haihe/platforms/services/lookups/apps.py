from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LookupsConfig(AppConfig):
    name = "haihe.platforms.services.lookups"
    label = "services_lookups"
    verbose_name = "指尖查"

    def ready(self) -> None:
        from haihe.platforms.services import explaining
        from haihe.platforms.services.items.ports import register_finder
        from haihe.platforms.services.lookups import finding
        from haihe.platforms.services.lookups.words import explain

        explaining.register_explainer(explain)
        register_finder("lookups", _("指尖查"), finding.find_lookups)
        register_finder("items", _("事项"), finding.find_items)
        register_finder("guides", _("一件事指南"), finding.find_guides)
        register_finder("answers", _("常见问题和使用帮助"), finding.find_answers)
        register_finder("open-data", _("开放数据"), finding.find_open_data)
        register_finder("bodies", _("机构"), finding.find_bodies)
        register_finder("places", _("区划"), finding.find_places)

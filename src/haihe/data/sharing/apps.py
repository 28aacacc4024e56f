from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SharingConfig(AppConfig):
    name = "haihe.data.sharing"
    label = "sharing"
    verbose_name = "共享"

    def ready(self) -> None:
        from haihe.base.ledger import api as ledger
        from haihe.data.sharing import (
            heard,  # noqa: F401 - subscribes
            keys_ending,  # noqa: F401 - its figures for Prometheus
            telling,  # noqa: F401 - its words for notices
            telling_corrected,  # noqa: F401 - likewise
            telling_retired,  # noqa: F401 - likewise
            telling_source,  # noqa: F401 - likewise
        )
        from haihe.data.sharing.calls import probes  # noqa: F401 - what it measures for alerts

        ledger.offer_beside_records(_("交换证据"), "sharing:evidence")

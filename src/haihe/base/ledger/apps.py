from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "haihe.base.ledger"
    label = "ledger"
    verbose_name = "使用记录"

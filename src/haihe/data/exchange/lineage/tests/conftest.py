from haihe.data.exchange.tests.conftest import now, steward

__all__ = ["now", "steward"]

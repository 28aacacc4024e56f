from haihe.data.exchange.tests.conftest import now, operator, outsider, steward

__all__ = ["now", "operator", "outsider", "steward"]

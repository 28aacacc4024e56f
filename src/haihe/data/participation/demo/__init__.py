"""The demo's participation: a catering association with members, wishes in every state, reuses, a plan, discussions."""

from haihe.data.participation.demo.plant import plant

__all__ = ["plant"]

"""The demo's registers that fill in forms: households, companies by who represents them, and grants for some items."""

from haihe.platforms.services.forms.demo.planting import plant

__all__ = ["plant"]

"""Where notices leave the house: a mail server and a short-message interface, as the environment names them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

STARTTLS, TLS, PLAIN = "starttls", "tls", "none"
_PORTS: Final = {STARTTLS: "587", TLS: "465", PLAIN: "25"}


@dataclass(frozen=True, slots=True)
class SmtpPlace:
    """A mail server that takes our mail. `tls`: starttls, tls from the first byte on, or none (a relay here)."""

    host: str
    port: int
    tls: str
    user: str
    password: str = field(repr=False)
    sender: str
    ca_file: str

    @classmethod
    def from_mapping(cls, env: Mapping[str, str]) -> "SmtpPlace | None":
        """Return the place; None where no server is named. Raises: ValueError for a kind of TLS that there isn't."""
        if not (host := env.get("HAIHE_SMTP_HOST", "").strip()):
            return None
        tls = env.get("HAIHE_SMTP_TLS", STARTTLS).strip().lower()
        if tls not in _PORTS:
            raise ValueError(f"HAIHE_SMTP_TLS is {tls}; it can be {', '.join(_PORTS)}")
        return cls(
            host=host,
            port=int(env.get("HAIHE_SMTP_PORT", "") or _PORTS[tls]),
            tls=tls,
            user=env.get("HAIHE_SMTP_USER", ""),
            password=env.get("HAIHE_SMTP_PASSWORD", ""),
            sender=env.get("HAIHE_SMTP_FROM", "") or f"no-reply@{host}",
            ca_file=env.get("HAIHE_SMTP_CA_FILE", ""),
        )


@dataclass(frozen=True, slots=True)
class SmsPlace:
    """An interface that takes short messages as signed JSON. `templates` is a TOML file that maps our kinds to its."""

    url: str
    key_id: str
    secret: str = field(repr=False)
    sign: str
    templates: str

    @classmethod
    def from_mapping(cls, env: Mapping[str, str]) -> "SmsPlace | None":
        """Return the place; None where no address is named. Raises: ValueError without a secret."""
        if not (url := env.get("HAIHE_SMS_URL", "").strip()):
            return None
        if not (secret := env.get("HAIHE_SMS_SECRET", "")):
            raise ValueError(
                "HAIHE_SMS_URL is set and HAIHE_SMS_SECRET isn't: nobody could tell our messages from others'"
            )
        return cls(
            url=url,
            key_id=env.get("HAIHE_SMS_KEY_ID", "haihe"),
            secret=secret,
            sign=env.get("HAIHE_SMS_SIGN", ""),
            templates=env.get("HAIHE_SMS_TEMPLATES", ""),
        )


@dataclass(frozen=True, slots=True)
class CarrierRules:
    """When and how much: `quiet_from` to `quiet_until` are hours of the day; `per_day` is for each person and way."""

    quiet_from: int = 22
    quiet_until: int = 8
    per_day: int = 10
    site_url: str = ""

    @classmethod
    def from_mapping(cls, env: Mapping[str, str]) -> "CarrierRules":
        """Raises: ValueError, where hours aren't hours."""
        first, _dash, last = env.get("HAIHE_QUIET_HOURS", "22-8").partition("-")
        hours = int(first), int(last)
        if not all(0 <= hour <= 24 for hour in hours):
            raise ValueError("HAIHE_QUIET_HOURS is two hours of the day, as 22-8; the same twice means none")
        site = (env.get("HAIHE_SITE_URL", "") or env.get("HAIHE_PAGES_URL", "")).rstrip("/")
        return cls(*hours, per_day=int(env.get("HAIHE_MESSAGES_PER_DAY", "10")), site_url=site)

    def is_quiet(self, hour: int) -> bool:
        if self.quiet_from == self.quiet_until:
            return False
        if self.quiet_from < self.quiet_until:
            return self.quiet_from <= hour < self.quiet_until
        return hour >= self.quiet_from or hour < self.quiet_until

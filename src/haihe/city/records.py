"""What queries return and neighbours receive: plain facts, no tables behind them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Division:
    """An administrative division. `code` has 12 digits; `level` is 1 country, 2 city, 3 district, 4 street or town,
    5 community or village; `full_name` reads from the city down."""

    code: str
    name: str
    level: int
    parent_code: str | None
    full_name: str
    name_en: str = ""


@dataclass(frozen=True, slots=True)
class Organisation:
    """A public body or a unit inside one. `level` and `division` say at which of the five levels it works."""

    code: str
    name: str
    short_name: str
    name_en: str
    level: int
    division: str
    parent: str | None
    kind: str

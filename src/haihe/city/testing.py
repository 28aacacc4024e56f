"""For tests of any storey above: the cast's organisations without five thousand villages."""

from haihe.city.loading import departments, load_divisions, load_organisations, units
from haihe.city.places import CITY, COUNTRY, Place


def load_departments() -> None:
    """Load the country, the city, and the 48 departments with their units: enough for names, in milliseconds."""
    country = Place(COUNTRY, "中华人民共和国", 1, None, "中华人民共和国", COUNTRY, "China")
    city = Place(CITY, "天津市", 2, COUNTRY, "天津市", f"{COUNTRY}/{CITY}", "Tianjin")
    load_divisions([country, city])
    load_organisations([*departments(), *units()])

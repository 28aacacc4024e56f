"""For tests of any storey above: the cast's organisations without five thousand villages."""

from haihe.city.loading import departments, load_divisions, load_organisations, local_bodies, units
from haihe.city.places import CITY, COUNTRY, Place


def load_departments() -> None:
    """Load the country, the city, and the 48 departments with their units: enough for names, in milliseconds."""
    country = Place(COUNTRY, "中华人民共和国", 1, None, "中华人民共和国", COUNTRY, "China")
    city = Place(CITY, "天津市", 2, COUNTRY, "天津市", f"{COUNTRY}/{CITY}", "Tianjin")
    load_divisions([country, city])
    load_organisations([*departments(), *units()])


STREET, OTHER_STREET = "120103002000", "120103003000"
"""Two streets of one district."""
DISTRICT_BODY, STREET_BODY, OTHER_STREET_BODY = "12A001", "12A101", "12A102"


def load_two_streets() -> None:
    """Load one district with two streets, a community in each, and their public bodies, beside the departments."""
    load_departments()
    district = f"{COUNTRY}/{CITY}/120103000000"
    places = [Place("120103000000", "河西区", 3, CITY, "天津市河西区", district, "Hexi District")]
    for code, name in ((STREET, "下瓦房街道"), (OTHER_STREET, "桃园街道")):
        full = f"天津市河西区{name}"
        places.append(Place(code, name, 4, "120103000000", full, f"{district}/{code}", ""))
        community = f"{code[:9]}001"
        places.append(Place(community, "一社区", 5, code, f"{full}一社区", f"{district}/{code}/{community}", ""))
    load_divisions(places)
    load_organisations(local_bodies(places))

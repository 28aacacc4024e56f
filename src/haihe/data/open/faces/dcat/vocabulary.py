"""The words that others know: authority tables of the EU's Publications Office, IANA's media types."""

from dataclasses import dataclass
from typing import Final

from haihe.data.open.models import OpeningType

EU: Final = "http://publications.europa.eu/resource/authority/"
IANA: Final = "https://www.iana.org/assignments/media-types/"
DELETED: Final = "http://purl.org/adms/changetype/deleted"
CHINESE: Final = f"{EU}language/ZHO"
ENGLISH: Final = f"{EU}language/ENG"
SHA256: Final = "http://spdx.org/rdf/terms#checksumAlgorithm_sha256"


@dataclass(frozen=True, slots=True)
class FileType:
    """A format: its name in the EU's table of file types, and its media type; empty where there is none."""

    label: str
    eu: str
    media_type: str
    is_registered: bool = True


FILE_TYPES: Final = {
    "csv": FileType("CSV", "CSV", "text/csv"),
    "xlsx": FileType("XLSX", "XLSX", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "json": FileType("JSON", "JSON", "application/json"),
    "jsonl": FileType("JSON Lines", "", "application/jsonl", is_registered=False),
    "parquet": FileType("Parquet", "PARQUET", "application/vnd.apache.parquet"),
    "nt": FileType("N-Triples", "RDF_N_TRIPLES", "application/n-triples"),
    "geojson": FileType("GeoJSON", "GEOJSON", "application/geo+json"),
}
FREQUENCIES: Final = {
    "REALTIME": "UPDATE_CONT",
    "DAILY": "DAILY",
    "WEEKLY": "WEEKLY",
    "MONTHLY": "MONTHLY",
    "QUARTERLY": "QUARTERLY",
    "YEARLY": "ANNUAL",
}
INTERVALS: Final = {
    "REALTIME": "R/PT1S",
    "DAILY": "R/P1D",
    "WEEKLY": "R/P1W",
    "MONTHLY": "R/P1M",
    "QUARTERLY": "R/P3M",
    "YEARLY": "R/P1Y",
}
"""The same as repeating intervals of ISO 8601, as DCAT-US wants them."""
ACCESS: Final = {str(OpeningType.UNCONDITIONAL): "PUBLIC", str(OpeningType.CONDITIONAL): "RESTRICTED"}
THEMES: Final = {
    "education": "EDUC",
    "health": "HEAL",
    "employment": "SOCI",
    "civil": "SOCI",
    "transport": "TRAN",
    "environment": "ENVI",
    "weather": "ENVI",
    "urban": "REGI",
    "housing": "SOCI",
    "construction": "REGI",
    "energy": "ENER",
    "agriculture": "AGRI",
    "commerce": "ECON",
    "industry": "ECON",
    "culture": "EDUC",
    "finance": "ECON",
    "market": "ECON",
    "safety": "JUST",
    "government": "GOVE",
    "law": "JUST",
    "statistics": "GOVE",
}
"""Our topics in the EU's table of data themes, by which portals of portals sort."""
EU_THEMES: Final = {
    "AGRI": "Agriculture, fisheries, forestry and food",
    "ECON": "Economy and finance",
    "EDUC": "Education, culture and sport",
    "ENER": "Energy",
    "ENVI": "Environment",
    "GOVE": "Government and public sector",
    "HEAL": "Health",
    "JUST": "Justice, legal system and public safety",
    "REGI": "Regions and cities",
    "SOCI": "Population and society",
    "TRAN": "Transport",
}

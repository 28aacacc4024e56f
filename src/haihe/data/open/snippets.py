"""Lines to copy: how to get at a dataset from a terminal and from programs. Their language is everybody's."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import urljoin

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

FORMATS: Final = (
    ("csv", "CSV", _("表格软件可以打开")),
    ("xlsx", "Excel", _("Excel 工作簿")),
    ("json", "JSON", _("程序读取")),
    ("jsonl", "JSON Lines", _("逐行读取大文件")),
    ("parquet", "Parquet", _("数据分析最快")),
    ("nt", "RDF", _("关联数据（N-Triples）")),
)
_GEO: Final = ("geojson", "GeoJSON", _("地图软件可以打开"))


@dataclass(frozen=True, slots=True)
class Download:
    """One format to download."""

    name: str
    label: str
    says: str | Promise
    url: str


@dataclass(frozen=True, slots=True)
class Snippet:
    """Lines for one tool."""

    tool: str
    text: str


def base_url(slug: str) -> str:
    """Return where the interface of a dataset lies."""
    return urljoin(settings.HAIHE.openreads_url.rstrip("/") + "/", f"open/v1/datasets/{slug}")


def downloads_of(slug: str, *, has_places: bool) -> tuple[Download, ...]:
    formats = (*FORMATS, _GEO) if has_places else FORMATS
    return tuple(Download(name, label, says, f"{base_url(slug)}/export.{name}") for name, label, says in formats)


def snippets_of(slug: str) -> tuple[Snippet, ...]:
    base = base_url(slug)
    return (
        Snippet("curl", f"curl '{base}/rows?limit=10'"),
        Snippet(
            "Python",
            f"import pandas\n\nrows = pandas.read_csv('{base}/export.csv', dtype=str)\nprint(rows.head())",
        ),
        Snippet("R", f"rows <- read.csv('{base}/export.csv', colClasses = 'character')\nhead(rows)"),
        Snippet(
            "JavaScript",
            f"const answer = await fetch('{base}/rows?limit=10');\nconsole.log(await answer.json());",
        ),
        Snippet("DuckDB", f"FROM read_parquet('{base}/export.parquet') LIMIT 10;"),
    )


def with_key(slug: str) -> str:
    """Return the line by which a key reads a dataset that is open on conditions; the key is the shell's `$KEY`."""
    return f"curl -H \"Authorization: Bearer $KEY\" '{base_url(slug)}/rows?limit=10'"

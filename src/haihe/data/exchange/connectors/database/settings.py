"""What a database source says of itself, checked before anything is connected."""

from typing import Annotated, Final, Literal

import msgspec

type Name = Annotated[str, msgspec.Meta(min_length=1, max_length=128, pattern=r"^[^\x00-\x1f]+$")]
type Text = Annotated[str, msgspec.Meta(max_length=253, pattern=r"^[^\x00-\x1f]*$")]

PORTS: Final = {"postgresql": 5432, "mysql": 3306, "dm": 5236, "oracle": 1521, "opengauss": 5432, "mssql": 1433}


class DatabaseSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the rows are and how they are fetched.

    `engine` "url" takes any SQLAlchemy address without its password, for databases that speak neither dialect by
    themselves. Either `table` (`schema.table` or `table`) or `query`. `how`: all rows each time; those whose
    `watermark` column rose, and `overlap` (seconds, or units of a number) before it; or those that differ from the last
    fetch by `key`, with what was deleted.
    """

    engine: Literal["postgresql", "mysql", "url"]
    host: Text = ""
    port: Annotated[int, msgspec.Meta(ge=0, le=65535)] = 0
    database: Text = ""
    user: Text = ""
    url: Annotated[str, msgspec.Meta(max_length=1000)] = ""
    tls: Literal["off", "require", "verify"] = "off"
    authority: Annotated[str, msgspec.Meta(max_length=20_000)] = ""
    table: Text = ""
    query: Annotated[str, msgspec.Meta(max_length=20_000)] = ""
    columns: tuple[Name, ...] = ()
    how: Literal["full", "watermark", "difference"] = "full"
    watermark: Text = ""
    overlap: Annotated[int, msgspec.Meta(ge=0, le=31_536_000)] = 300
    key: tuple[Name, ...] = ()

    def __post_init__(self) -> None:
        if bool(self.table) == bool(self.query):
            raise ValueError("table or query, and not both")
        if self.engine == "url" and not self.url:
            raise ValueError("url is missing")
        if self.engine != "url" and not (self.host and self.database and self.user):
            raise ValueError("host, database and user are needed")
        if self.how == "watermark" and not self.watermark:
            raise ValueError("watermark is missing")
        if self.how != "full" and not self.key:
            raise ValueError("key is missing")

    @property
    def place(self) -> str:
        """What the page calls the thing that is read."""
        return self.table or "SELECT"


class DatabaseSecret(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    password: Annotated[str, msgspec.Meta(max_length=1000)] = ""

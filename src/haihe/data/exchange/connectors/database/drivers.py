"""Databases that aren't driven by what is installed here: what their SQLAlchemy address begins with, what to install.

Checked with SQLAlchemy 2.1: each of these packages gives an engine for the address beside it.
"""

from typing import Final

_PACKAGES: Final = {
    "dm": "dmPython dmSQLAlchemy",
    "oracle": "oracledb",
    "opengauss": "opengauss-sqlalchemy psycopg2",
    "mssql": "pyodbc",
}
_WRITTEN: Final = {
    "dm": "dm://",
    "oracle": "oracle+oracledb://",
    "opengauss": "opengauss+psycopg2://",
    "mssql": "mssql+pyodbc://",
}


def to_install(drivername: str) -> str:
    """Return what the site's administrator installs for an address, and how the address is written."""
    backend = drivername.partition("+")[0]
    if backend not in _PACKAGES:
        return drivername
    return f"pip install {_PACKAGES[backend]}; {_WRITTEN[backend]}…"

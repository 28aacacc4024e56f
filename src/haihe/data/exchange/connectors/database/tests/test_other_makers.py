"""A database of another maker: without its driver somebody is told which one to install, and how it is written."""

from pathlib import Path

import pytest

from haihe.data.exchange.connectors.database.session import reading, target_of
from haihe.data.exchange.connectors.database.settings import DatabaseSecret, DatabaseSettings
from haihe.data.exchange.connectors.faults import Fault, FetchFailed
from haihe.data.exchange.connectors.testing import make_site


@pytest.mark.parametrize(
    ("url", "port", "told"),
    [
        ("dm://reader@127.0.0.1", 5236, "pip install dmPython dmSQLAlchemy; dm://…"),
        ("dm+dmPython://reader@127.0.0.1:1", 1, "pip install dmPython dmSQLAlchemy; dm://…"),
        ("oracle://reader@127.0.0.1/x", 1521, "pip install oracledb; oracle+oracledb://…"),
        ("opengauss://reader@127.0.0.1/x", 5432, "pip install opengauss-sqlalchemy psycopg2; opengauss+psycopg2://…"),
        ("unheard+of://reader@127.0.0.1:1/x", 1, "unheard+of"),
    ],
    ids=["dameng", "dameng-by-driver", "oracle", "opengauss", "unknown"],
)
def test_the_driver_to_install_is_named(tmp_path: Path, url: str, port: int, told: str) -> None:
    settings = DatabaseSettings(engine="url", url=url, table="t")
    target = target_of(settings, DatabaseSecret(password="p"), make_site(tmp_path))
    assert target.port == port
    with pytest.raises(FetchFailed) as failed, reading(target, settings):
        pass
    assert (failed.value.fault, failed.value.detail) == (Fault.DRIVER_MISSING, told)


def test_a_password_in_the_address_is_refused(tmp_path: Path) -> None:
    settings = DatabaseSettings(engine="url", url="dm://reader:secret@127.0.0.1:1", table="t")
    with pytest.raises(FetchFailed) as failed:
        target_of(settings, DatabaseSecret(), make_site(tmp_path))
    assert failed.value.fault is Fault.SETTINGS_WRONG
    assert "secret" not in failed.value.sentence

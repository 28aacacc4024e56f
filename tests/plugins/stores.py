"""A real S3-compatible store on a free port, for tests of the lake's bucket."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pyarrow import fs

from haihe.kernel.environment import BucketPlace
from haihe.launch import ports
from haihe.launch.child import Child, Program
from haihe.launch.services import responds
from tests.plugins.engines import program_of

BUCKET = "city"


class Store:
    """The server, the bucket in it, and a way to look at it that isn't ours."""

    def __init__(self, program: str, log: Path) -> None:
        self.port = ports.free_port()
        self._log = log
        self._command = (program, "-H", "127.0.0.1", "-p", str(self.port))
        self._child = self._made()

    def _made(self) -> Child:
        return Child(Program("s3", self._command, self._log, {}, answers=lambda: responds("127.0.0.1", self.port)))

    def start(self) -> None:
        self._child = self._made()
        self._child.start_and_wait()
        self.files.create_dir(BUCKET)

    def stop(self) -> None:
        self._child.stop(timeout_s=5)

    @property
    def files(self) -> fs.S3FileSystem:
        return fs.S3FileSystem(
            access_key="key",
            secret_key="secret-of-the-test",
            endpoint_override=f"127.0.0.1:{self.port}",
            scheme="http",
            region="us-east-1",
            allow_bucket_creation=True,
        )

    @property
    def place(self) -> BucketPlace:
        return BucketPlace(
            bucket=f"{BUCKET}/tianjin",
            endpoint=f"http://127.0.0.1:{self.port}",
            region="us-east-1",
            access_key="key",
            secret_key="secret-of-the-test",
            ca_file="",
            cache_bytes=1024**3,
            patience_s=0,
        )

    def written(self) -> list[str]:
        found = self.files.get_file_info(fs.FileSelector(BUCKET, recursive=True))
        return sorted(each.path for each in found if each.type == fs.FileType.File)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A running store, in which the lake is kept from now on. Mark the test with `engine("s3")`."""
    from django.conf import settings

    program = program_of("s3")
    assert program is not None, "mark the test with engine('s3')"
    made, before = Store(program, tmp_path / "s3.log"), settings.HAIHE
    made.start()
    settings.HAIHE = replace(before, lake_bucket=made.place)
    yield made
    settings.HAIHE = before
    made.stop()

"""Files as they arrive: each piece is sealed and written at once, so that no plain file lies anywhere, and what is too
large ends before it is whole.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest
from django.utils.translation import gettext as _

from haihe.platforms.services.forms.models import Upload
from haihe.platforms.services.forms.operations.uploading import MOST_BYTES, Arrived
from haihe.platforms.services.forms.shelf import SealedFile, forget

_MOST_AT_ONCE = 5


if TYPE_CHECKING:
    _File = UploadedFile[bytes]
else:
    _File = UploadedFile


class ArrivedFile(_File):
    """A file that lies sealed; there is nothing to read here."""

    def __init__(self, arrived: Arrived) -> None:
        super().__init__(file=None, name="upload", size=arrived.size_bytes)
        self.arrived = arrived


class SealingUploadHandler(FileUploadHandler):
    """Seals what arrives. At most some files in one request; what is beyond a file's limit isn't kept."""

    chunk_size = 64 * 1024

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self.arrived: list[UUID] = []
        self._sealed: SealedFile | None = None

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        if len(self.arrived) >= _MOST_AT_ONCE:
            raise StopUpload(connection_reset=True)
        self._id = uuid4()
        self.arrived.append(self._id)
        self._sealed = SealedFile(self._id)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if self._sealed is None:
            return
        if start + len(raw_data) > MOST_BYTES:
            self._sealed.abandon()
            self._sealed = None
            return
        self._sealed.write(raw_data)

    def file_complete(self, file_size: int) -> ArrivedFile:
        if self._sealed is None:
            told = _("文件不能超过 10 MB。照片请用手机的“较小尺寸”发送，PDF 请压缩后再上传。")
            return ArrivedFile(Arrived(self._id, "", file_size, told))
        self._sealed.close()
        self._sealed = None
        return ArrivedFile(Arrived(self._id, self.file_name or "", file_size))

    def upload_interrupted(self) -> None:
        if self._sealed is not None:
            self._sealed.abandon()
            self._sealed = None


@contextmanager
def sealing(request: HttpRequest) -> Iterator[None]:
    """Seal the files of a request as they are read; those that became nobody's are gone when it ends.

    Enter before anything reads the request, the check of its token included.
    """
    if request.method != "POST":
        yield
        return
    handler = SealingUploadHandler(request)
    request.upload_handlers = [handler]
    try:
        yield
    finally:
        kept = (
            set(Upload.objects.filter(pk__in=handler.arrived).values_list("pk", flat=True))
            if handler.arrived
            else set()
        )
        for upload in handler.arrived:
            if upload not in kept:
                forget(upload)

"""The form of each kind of source."""

from typing import Final

from haihe.data.exchange.sources.forms import DatabaseForm, FolderForm, SftpForm, SourceForm
from haihe.data.exchange.sources.http_form import HttpForm
from haihe.data.exchange.sources.stream_forms import MqttForm, NatsForm

FORMS: Final[dict[str, type[SourceForm]]] = {
    "folder": FolderForm,
    "sftp": SftpForm,
    "database": DatabaseForm,
    "http_api": HttpForm,
    "nats_stream": NatsForm,
    "mqtt_stream": MqttForm,
}

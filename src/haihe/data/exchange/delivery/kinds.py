"""The kinds of targets, by name."""

from typing import Final

from haihe.data.exchange.delivery.ports import Target
from haihe.data.exchange.delivery.targets.database import DatabaseTarget
from haihe.data.exchange.delivery.targets.files import FilesTarget, FolderSettings, NoSecret, SftpSecret, SftpSettings
from haihe.data.exchange.delivery.targets.folders import LocalFolder
from haihe.data.exchange.delivery.targets.node import NODE_FOLDER, NODE_TABLE
from haihe.data.exchange.delivery.targets.reaching import address_of, drop_root
from haihe.data.exchange.delivery.targets.sftp import RemoteFolder

DATABASE: Final[Target] = DatabaseTarget(address_of)
FOLDER: Final[Target] = FilesTarget("folder", FolderSettings, NoSecret, LocalFolder.below(drop_root))
SFTP: Final[Target] = FilesTarget("sftp", SftpSettings, SftpSecret, RemoteFolder.opened)
TARGETS: Final[dict[str, Target]] = {each.name: each for each in (DATABASE, FOLDER, SFTP, NODE_TABLE, NODE_FOLDER)}

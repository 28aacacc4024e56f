"""What each licence lets people do, in plain words."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from haihe.data.open.models import Licence

IN_PLAIN_WORDS: Final[Mapping[str, str | Promise]] = {
    Licence.CC_BY: _("可以复制、修改、再发布，也可以用于经营，只要写明来源。"),
    Licence.CC0: _("可以任意使用，不要求写明来源。"),
    Licence.MULAN: _("可以复制、修改、再发布，也可以用于经营，只要保留署名和许可声明。"),
    Licence.AGREEMENT: _("按与提供部门订立的协议使用，不得超出约定的用途，不得转交他人。"),
}

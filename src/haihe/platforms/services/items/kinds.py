"""The closed lists of an implementation list (实施清单), and what they are called."""

from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Kind(TextChoices):
    """What sort of power or service an item is (事项类型)."""

    LICENCE = "LICENCE", _("行政许可")
    PAYMENT = "PAYMENT", _("行政给付")
    CONFIRMATION = "CONFIRMATION", _("行政确认")
    AWARD = "AWARD", _("行政奖励")
    RULING = "RULING", _("行政裁决")
    LEVY = "LEVY", _("行政征收")
    OTHER_POWER = "OTHER_POWER", _("其他行政权力")
    PUBLIC_SERVICE = "PUBLIC_SERVICE", _("公共服务")


KIND_LETTERS: Final = {
    Kind.LICENCE: "XK",
    Kind.PAYMENT: "JF",
    Kind.CONFIRMATION: "QR",
    Kind.AWARD: "JL",
    Kind.RULING: "CJ",
    Kind.LEVY: "ZS",
    Kind.OTHER_POWER: "QT",
    Kind.PUBLIC_SERVICE: "GG",
}
"""The letters of a code: 120040-GG-0009 is the ninth public service of the Housing Fund Centre."""


class Level(TextChoices):
    """Who exercises it (行使层级)."""

    CITY = "CITY", _("市级")
    DISTRICT = "DISTRICT", _("区级")
    STREET = "STREET", _("街道（乡镇）级")


class Handling(TextChoices):
    """Done while one waits, or within a promised time (办件类型)."""

    INSTANT = "INSTANT", _("即办件")
    PROMISED = "PROMISED", _("承诺件")


class ObjectKind(TextChoices):
    """Whom an item is for (服务对象)."""

    PERSON = "PERSON", _("自然人")
    COMPANY = "COMPANY", _("企业法人")
    INSTITUTION = "INSTITUTION", _("事业法人")
    SOCIAL_ORGANISATION = "SOCIAL_ORGANISATION", _("社会组织")


class ItemChannel(TextChoices):
    """How one may come (办理形式)."""

    PHONE = "PHONE", _("网上（手机）")
    WINDOW = "WINDOW", _("窗口")
    TERMINAL = "TERMINAL", _("自助终端")
    POST = "POST", _("快递")


class Proof(TextChoices):
    """How a paper is proven, or why it needn't be handed in (免提交方式)."""

    SHOW = "SHOW", _("出示即可")
    HAND_IN = "HAND_IN", _("需要提交")
    VERIFY = "VERIFY", _("数据核验，免提交")
    CERTIFICATE = "CERTIFICATE", _("电子证照，免提交")
    DECLARE = "DECLARE", _("告知承诺，免提交")
    ASK_DEPARTMENT = "ASK_DEPARTMENT", _("部门协查，免提交")


SPARED: Final = (Proof.VERIFY, Proof.CERTIFICATE, Proof.DECLARE, Proof.ASK_DEPARTMENT)
"""The ways in which nobody hands the paper in."""


class PaperForm(TextChoices):
    """In what form a paper is taken."""

    ORIGINAL = "ORIGINAL", _("原件")
    COPY = "COPY", _("复印件")
    ELECTRONIC = "ELECTRONIC", _("电子件")


class PaperSource(TextChoices):
    """Where a paper comes from (来源渠道)."""

    GOVERNMENT = "GOVERNMENT", _("政府部门核发")
    APPLICANT = "APPLICANT", _("申请人自备")
    OTHER = "OTHER", _("其他")

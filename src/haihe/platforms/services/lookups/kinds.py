"""The choices a lookup's definition makes, with their labels."""

from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Who(TextChoices):
    """About whom one asks. The register says whose child or company it is: the question always goes out under the
    asker's own identity number.
    """

    SELF = "SELF", _("本人")
    CHILD = "CHILD", _("自己的孩子")
    COMPANY = "COMPANY", _("自己的企业")


class Format(StrEnum):
    """How a value is written for people."""

    TEXT = "TEXT"
    CHOICE = "CHOICE"
    MONEY = "MONEY"
    COUNT = "COUNT"
    DATE = "DATE"
    MONTH = "MONTH"
    YEAR = "YEAR"
    DISTRICT = "DISTRICT"
    BAND = "BAND"
    MASKED = "MASKED"


class TypedKind(StrEnum):
    """What has to be typed besides: it must be the register's own, or nothing is told."""

    PLATE = "PLATE"
    CREDIT_CODE = "CREDIT_CODE"
    NUMBER = "NUMBER"


class Outcome(TextChoices):
    """What came of a try."""

    INTENDED = "INTENDED", _("正在查询")
    FOUND = "FOUND", _("查到")
    ABSENT = "ABSENT", _("没有登记")
    WRONG = "WRONG", _("号码不符")
    UNKNOWN = "UNKNOWN", _("无法确认")
    UNREACHABLE = "UNREACHABLE", _("连接不上")
    ENDED = "ENDED", _("授权不在有效期内")
    BUSY = "BUSY", _("查询的人太多")

"""What comparisons and their levels are called in the reader's language; the titles in `linkage` are plain Chinese."""

from typing import Final

from django.utils.translation import gettext_lazy as _

COMPARISONS: Final = {
    "name": _("姓名"),
    "birth": _("出生日期"),
    "phone": _("电话"),
    "address": _("地址"),
    "sex": _("性别"),
}
LEVELS: Final = {
    ("name", "SAME"): _("相同"),
    ("name", "SOUND"): _("同音"),
    ("name", "SHAPE"): _("字形相近"),
    ("name", "MISHEARD"): _("近音"),
    ("name", "BEFORE_POINT"): _("间隔号前相同"),
    ("name", "ONE_OFF"): _("同姓，名有一字同音"),
    ("name", "GIVEN"): _("名同音，姓不同"),
    ("name", "OTHER"): _("不同"),
    ("birth", "SAME"): _("相同"),
    ("birth", "ONE_OFF"): _("错一位或者两位颠倒"),
    ("birth", "SWAPPED"): _("月日颠倒"),
    ("birth", "TWO_OFF"): _("错两处"),
    ("birth", "OTHER"): _("不同"),
    ("phone", "SAME"): _("相同"),
    ("phone", "ONE_OFF"): _("错一位或者两位颠倒"),
    ("phone", "OTHER"): _("不同"),
    ("address", "HOME"): _("街道、门牌相同"),
    ("address", "DOOR"): _("同区，门牌相同"),
    ("address", "COMMUNITY"): _("社区相同"),
    ("address", "STREET"): _("街道相同"),
    ("address", "DISTRICT"): _("区相同"),
    ("address", "OTHER"): _("不同"),
    ("sex", "SAME"): _("相同"),
    ("sex", "OTHER"): _("不同"),
}

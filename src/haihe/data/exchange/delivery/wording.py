"""Why a delivery didn't come through, in words for a person."""

from django.utils.translation import gettext_noop as _

from haihe.data.exchange.delivery.ports import Fault

FAULTS: dict[Fault, str] = {
    Fault.SETTINGS_WRONG: _("交付目标的设置有误，或目标表缺少需要的列，请改正后重试。"),
    Fault.ADDRESS: _("找不到交付目标的主机，或者它的地址不在允许的网段之内。"),
    Fault.NO_CONNECTION: _("连不上交付目标，或者途中断开，稍后自动重试。"),
    Fault.HOST_KEY: _("交付目标的主机公钥与登记的不一致，没有交付任何行；请与对方核实。"),
    Fault.NODE_AWAY: _("交付目标的前置机没有接入或已吊销；重新接入后自动重试。"),
    Fault.DISK_FULL: _("前置机的磁盘已满，交付暂停；腾出空间后自动继续。"),
    Fault.REFUSED: _("交付目标不接受：请核对账号、权限和表的结构。"),
    Fault.OTHER_CONTENT: _("从交付目标读回的内容与交付的不一致，请核对是否有人改动了目标表或文件。"),
    Fault.SOURCE_DAMAGED: _("快照已损坏或移走，没有交付任何行，请联系大数据中心。"),
    Fault.INTERNAL: _("内部错误，稍后自动重试；再失败请联系大数据中心。"),
}

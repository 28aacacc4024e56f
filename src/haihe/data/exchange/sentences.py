"""Reason codes in words.

What happened is stored in Chinese, with the figures of the day. Who reads another language gets the general sentence
of the same code.
"""

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_noop as _

from haihe.data.exchange.checking import Problem
from haihe.data.exchange.reasons import FAILURES, SENTENCES, Refusal
from haihe.data.exchange.rules import RegisterSchema

_IDENTIFIERS = {
    "ID_NUMBER_CHECK_DIGIT": _("身份证号码的校验码不对。"),
    "ID_NUMBER_LENGTH": _("身份证号码不是 18 位。"),
    "ID_NUMBER_FORMAT": _("身份证号码含有不该出现的字符。"),
    "ID_NUMBER_OLD": _("身份证号码是 15 位的旧号码。"),
    "ID_NUMBER_SCIENTIFIC": _("身份证号码被表格软件改成了科学计数。"),
    "ID_NUMBER_PROVINCE": _("身份证号码的前两位不是任何省份的代码。"),
    "ID_NUMBER_BIRTH_DATE": _("身份证号码中的出生日期不存在。"),
    "CREDIT_CODE_CHECK_DIGIT": _("统一社会信用代码的校验码不对。"),
    "CREDIT_CODE_LENGTH": _("统一社会信用代码不是 18 位。"),
    "CREDIT_CODE_FORMAT": _("统一社会信用代码含有不该出现的字符。"),
    "DIVISION_LENGTH": _("区划代码的位数不对。"),
    "DIVISION_FORMAT": _("区划代码的写法不对。"),
}

_REFUSALS = {
    Refusal.EMPTY_FILE: _("文件是空的。"),
    Refusal.NOT_TEXT: _("这不是文本文件；请导出为 CSV 后再上传。"),
    Refusal.WORKBOOK: _("这是 Excel 工作簿，不是 CSV；请在 Excel 中另存为 CSV 后再上传。"),
    Refusal.UTF16_WITHOUT_BOM: _("文件不是带 BOM 的文本；请另存为“CSV UTF-8”后再上传。"),
    Refusal.UNKNOWN_ENCODING: _("无法识别文件的编码；请另存为 UTF-8 或 GB18030 编码的 CSV。"),
    Refusal.NO_HEADER: _("没有找到表头；请在第一行写上列名。"),
    Refusal.MISSING_COLUMNS: _("表头缺少必需的列；请按目录中的信息项补全。"),
    Refusal.REPEATED_COLUMN: _("表头中有重复的列；请每列只保留一次。"),
    Refusal.NO_ROWS: _("没有一行可以采用；上一份可用数据继续有效。"),
    Refusal.TOO_MANY_REJECTS: _("退回的行超过上限，本次数据未采用；上一份可用数据继续有效。"),
    Refusal.CHECKS_FAILED: _("整体检查不合格，本次数据未采用；上一份可用数据继续有效。"),
    Refusal.OLDER_THAN_CURRENT: _("已有更新的数据在使用；不会用旧数据替换新数据。"),
    Refusal.AS_OF_IN_FUTURE: _("数据截止时间不能晚于现在。"),
    Refusal.TOO_LARGE: _("文件过大；请分年度或分区上传。"),
    Refusal.DAMAGED: _("文件已损坏或不完整，没有采用任何行；请重新导出后再上传。"),
    Refusal.ENCRYPTED: _("文件加了密码，无法读取；请去掉密码后再上传。"),
    Refusal.UNPACKS_TOO_LARGE: _("文件展开后过大；请分成几个文件上传。"),
    Refusal.UNSAFE_NAME: _("压缩包里的文件名不安全；请重新打包后再上传。"),
    Refusal.SEVERAL_TABLES: _("文件里有几份不同的表，无法判断用哪一份；请只保留一份。"),
    Refusal.NO_TABLE: _("文件里没有可以读取的表。"),
    Refusal.NEEDS_FULL: _("没有可以合并的整份数据；请先报送一次全量，再报送增量。"),
    Refusal.DELETE_WITHOUT_KEY: _("有删除行没有写主键，无法判断删除哪一行；没有采用任何行。"),
    Refusal.NO_ROOM: _("数据中心存放数据的磁盘已满，暂时收不了文件；大数据中心会收到告警，请稍后再传。"),
    Refusal.DELTA_WAITS: _("前一份增量还没有处理完，请等它有了结果再报送；增量必须按顺序采用。"),
}
_HELD = {
    "HELD_COLUMNS": _("文件的列与约定的不同，等数据专员决定；上一份可用数据继续服务。"),
    "HELD_CONTENT": _("数据与规则或上一份相差较大，等数据专员决定；上一份可用数据继续服务。"),
    "REFUSED_BY_STEWARD": _("数据专员决定不采用这份文件；上一份可用数据继续有效。"),
}
_OUTCOMES = _HELD | {str(code): sentence for table in (_REFUSALS, FAILURES) for code, sentence in table.items()}


def sentence_of(code: str, schema: RegisterSchema) -> str:
    """Return the sentence of a reason code, of the exchange or of the resource's own cross rules; else the code."""
    own = {rule.code: rule.sentence for rule in schema.cross_rules}
    known = SENTENCES.get(code) or _IDENTIFIERS.get(code)
    return gettext(known) if known else own.get(code, code)


def problem_told(problem: Problem, schema: RegisterSchema) -> str:
    """Return what is wrong with a rejected row, in the reader's language."""
    return problem.sentence if _reads_chinese() else sentence_of(problem.code, schema)


def outcome_told(code: str, stored: str) -> str:
    """Return why a file was not accepted, in the reader's language; `stored` is the Chinese sentence of its run."""
    return stored if _reads_chinese() or code not in _OUTCOMES else gettext(_OUTCOMES[code])


def _reads_chinese() -> bool:
    return (get_language() or "zh").startswith("zh")

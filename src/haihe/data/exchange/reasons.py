"""Why a row is refused, and why a whole file is: stable codes, each with a Chinese sentence that says what to do.

No sentence repeats a value from the file, so reasons may be shown, counted and logged.
"""

from enum import StrEnum

from django.utils.translation import gettext_noop as _


class Reason(StrEnum):
    """A row's reasons. Codes of identifiers (ID_NUMBER_CHECK_DIGIT …) and of cross rules come on top."""

    WRONG_COLUMN_COUNT = "WRONG_COLUMN_COUNT"
    STRAY_QUOTE = "STRAY_QUOTE"
    CONTROL_CHARACTER = "CONTROL_CHARACTER"
    UNDECODABLE = "UNDECODABLE"
    LINE_TOO_LONG = "LINE_TOO_LONG"
    SUMMARY_ROW = "SUMMARY_ROW"
    REPEATED_HEADER = "REPEATED_HEADER"
    MISSING = "MISSING"
    BAD_DATE = "BAD_DATE"
    BAD_NUMBER = "BAD_NUMBER"
    OUT_OF_RANGE = "OUT_OF_RANGE"
    NOT_IN_LIST = "NOT_IN_LIST"
    BAD_FORMAT = "BAD_FORMAT"
    TOO_LONG = "TOO_LONG"
    FORMULA_TEXT = "FORMULA_TEXT"
    DIGITS_LOST = "DIGITS_LOST"
    CELL_ERROR = "CELL_ERROR"
    NOT_CALCULATED = "NOT_CALCULATED"
    MERGED_CELL = "MERGED_CELL"
    NESTED_VALUE = "NESTED_VALUE"
    REPEATED_KEY = "REPEATED_KEY"
    BAD_ELEMENT = "BAD_ELEMENT"
    DUPLICATE = "DUPLICATE"
    CONFLICT = "CONFLICT"
    KEY_CONFLICT = "KEY_CONFLICT"
    BAD_OPERATION = "BAD_OPERATION"


SENTENCES: dict[str, str] = {
    Reason.WRONG_COLUMN_COUNT: _("列数与表头不一致，请检查是否多了或少了分隔符。"),
    Reason.STRAY_QUOTE: _("引号不成对，请删除多余的引号。"),
    Reason.CONTROL_CHARACTER: _("含有看不见的控制字符（如空字节），请重新导出该行。"),
    Reason.UNDECODABLE: _("含有无法识别的乱码，请用原系统重新导出该行。"),
    Reason.LINE_TOO_LONG: _("该行过长，可能缺少换行。"),
    Reason.SUMMARY_ROW: _("这是合计行，不是数据；下次导出时请去掉。"),
    Reason.REPEATED_HEADER: _("表头在文件中间重复出现，该行不是数据。"),
    Reason.MISSING: _("必填的单元格是空的。"),
    Reason.BAD_DATE: _("不是存在的日期，请写成 2026-03-01 的样子。"),
    Reason.BAD_NUMBER: _("不是可识别的数字。"),
    Reason.OUT_OF_RANGE: _("数值超出允许的范围。"),
    Reason.NOT_IN_LIST: _("不是允许的取值。"),
    Reason.BAD_FORMAT: _("不符合约定的格式。"),
    Reason.TOO_LONG: _("文字过长。"),
    Reason.FORMULA_TEXT: _("以 =、+、-、@ 开头，像是公式，不作为文字接收。"),
    Reason.DIGITS_LOST: _(
        "是数字格式，超过 15 位的部分在原文件中已经丢失，不能猜测；请把这一列设为“文本”格式后重新填写。"
    ),
    Reason.CELL_ERROR: _("单元格是错误值（如 #REF!、#N/A），请修正公式后重新上传。"),
    Reason.NOT_CALCULATED: _("公式没有保存计算结果，请用表格软件打开并保存后重新上传。"),
    Reason.MERGED_CELL: _("单元格与上面的行合并了，这一行没有自己的内容；请取消合并并填写每一行。"),
    Reason.NESTED_VALUE: _("单元格里是嵌套的结构，不是一个值；请展开为单独的列。"),
    Reason.REPEATED_KEY: _("同一条记录里同一列出现了两次，无法判断哪一个对。"),
    Reason.BAD_ELEMENT: _("不是一条可以读出的记录，请检查括号、引号和逗号。"),
    Reason.DUPLICATE: _("与前面的一行完全相同，只保留前面那一行。"),
    Reason.CONFLICT: _("同一个人有两行不同的内容，无法判断哪一行对；请每人只保留一行。"),
    Reason.KEY_CONFLICT: _("主键相同的两行内容不同，无法判断哪一行对；请每个主键只保留一行。"),
    Reason.BAD_OPERATION: _("增量文件每一行的 _op 列应写 upsert（新增或修改）或 delete（删除）。"),
}

# These rows say nothing that another row could contradict; every other refused row puts its person in doubt.
WITHOUT_DOUBT = frozenset({Reason.DUPLICATE, Reason.SUMMARY_ROW, Reason.REPEATED_HEADER})


class Refusal(StrEnum):
    """Why a whole file is refused before or after its rows were looked at."""

    EMPTY_FILE = "EMPTY_FILE"
    NOT_TEXT = "NOT_TEXT"
    WORKBOOK = "WORKBOOK"
    UTF16_WITHOUT_BOM = "UTF16_WITHOUT_BOM"
    UNKNOWN_ENCODING = "UNKNOWN_ENCODING"
    NO_HEADER = "NO_HEADER"
    MISSING_COLUMNS = "MISSING_COLUMNS"
    REPEATED_COLUMN = "REPEATED_COLUMN"
    NO_ROWS = "NO_ROWS"
    TOO_MANY_REJECTS = "TOO_MANY_REJECTS"
    CHECKS_FAILED = "CHECKS_FAILED"
    OLDER_THAN_CURRENT = "OLDER_THAN_CURRENT"
    AS_OF_IN_FUTURE = "AS_OF_IN_FUTURE"
    TOO_LARGE = "TOO_LARGE"
    DAMAGED = "DAMAGED"
    ENCRYPTED = "ENCRYPTED"
    UNPACKS_TOO_LARGE = "UNPACKS_TOO_LARGE"
    UNSAFE_NAME = "UNSAFE_NAME"
    SEVERAL_TABLES = "SEVERAL_TABLES"
    NO_TABLE = "NO_TABLE"
    NEEDS_FULL = "NEEDS_FULL"
    DELETE_WITHOUT_KEY = "DELETE_WITHOUT_KEY"
    DELTA_WAITS = "DELTA_WAITS"
    NO_ROOM = "NO_ROOM"


class Failure(StrEnum):
    """Why a run came to no judgement on its file at all."""

    INTERRUPTED = "INTERRUPTED"
    DAMAGED_IN_STORE = "DAMAGED_IN_STORE"
    STORE_AWAY = "STORE_AWAY"
    DISK_FULL = "DISK_FULL"
    INTERNAL_ERROR = "INTERNAL_ERROR"


FAILURES: dict[Failure, str] = {
    Failure.INTERRUPTED: _(
        "处理中途中断（服务重启或进程被终止），没有采用任何行；上一份可用数据继续有效。请重新处理。"
    ),
    Failure.DAMAGED_IN_STORE: _("收到的文件在存储中损坏，没有采用任何行；上一份可用数据继续有效。请重新上传。"),
    Failure.STORE_AWAY: _(
        "数据湖的对象存储暂时不可用，没有采用任何行；上一份可用数据继续有效。恢复后请重新处理，数据源取来的会自动重试。"
    ),
    Failure.DISK_FULL: _(
        "数据中心存放数据的磁盘已满，没有采用任何行；上一份可用数据继续有效。腾出空间后自动重新处理，不必重新报送。"
    ),
    Failure.INTERNAL_ERROR: _("内部错误，没有采用任何行；上一份可用数据继续有效。请重新处理；再失败请联系大数据中心。"),
}


class FileRefused(Exception):
    """The file can't be used at all; `sentence` tells its owner why and what to do."""

    def __init__(self, code: Refusal, sentence: str) -> None:
        super().__init__(code)
        self.code = code
        self.sentence = sentence

"""Reason codes in words, for tables that count them."""

from haihe.data.exchange.reasons import SENTENCES
from haihe.data.exchange.rules import RegisterSchema

_IDENTIFIERS = {
    "ID_NUMBER_CHECK_DIGIT": "身份证号码的校验码不对。",
    "ID_NUMBER_LENGTH": "身份证号码不是 18 位。",
    "ID_NUMBER_FORMAT": "身份证号码含有不该出现的字符。",
    "ID_NUMBER_OLD": "身份证号码是 15 位的旧号码。",
    "ID_NUMBER_SCIENTIFIC": "身份证号码被表格软件改成了科学计数。",
    "ID_NUMBER_PROVINCE": "身份证号码的前两位不是任何省份的代码。",
    "ID_NUMBER_BIRTH_DATE": "身份证号码中的出生日期不存在。",
    "CREDIT_CODE_CHECK_DIGIT": "统一社会信用代码的校验码不对。",
    "CREDIT_CODE_LENGTH": "统一社会信用代码不是 18 位。",
    "CREDIT_CODE_FORMAT": "统一社会信用代码含有不该出现的字符。",
    "DIVISION_LENGTH": "区划代码的位数不对。",
    "DIVISION_FORMAT": "区划代码的写法不对。",
}


def sentence_of(code: str, schema: RegisterSchema) -> str:
    """Return the sentence of a reason code, of the exchange or of the resource's own cross rules; else the code."""
    own = {rule.code: rule.sentence for rule in schema.cross_rules}
    return SENTENCES.get(code) or _IDENTIFIERS.get(code) or own.get(code, code)

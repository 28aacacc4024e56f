"""Names of people: by what a column is called, by what stands in it, and behind words such as 联系人.

A name has no check digit. A value counts as one where a common surname stands before one or two signs that given names
are made of, and nothing in it says place, body or thing; a column by the share of such values among different ones.
"""

import re
from typing import Final

_SURNAMES: Final = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范"
    "金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤苗穆阮温葛柳骆鲁翟岳梅祁卞傅"
)
_DOUBLE: Final = "欧阳|上官|司马|诸葛|东方|皇甫|尉迟|公孙|慕容|令狐|宇文|长孙|司徒|夏侯"
_GIVEN: Final = (
    "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂文辉玲鹏飞宇浩凯健俊帆雪荣爱妹婷玉萍红鑫燕晓春梅志国华建波斌莉宁"
    "亮云凤洁琳素珍贞瑞彩香月莺媛佳嘉琼勤珠翠雅芝萱娥佩玥悦昕怡莹蕾薇菁梦岚苑婕馨瑗琰韵融园艺咏卿聪澜纯毓昭冰爽琬茗羽希"
    "欣飘育滢馥筠柔竹霭凝欢枫芸菲寒伊亚宜可姬舒影荔枝思倩颖洪豪博诚先敬震振壮会思群心邦承乐绍功松善厚庆民友裕河哲江浩辰"
    "若博涵子轩梓睿晨一诺宸泽远航旭阳昊天成康毅峰海山仁义兴良涌泉发武新利清永彬富顺信星光达安岩中茂进林有坚和彪毕朋斐行"
    "时泰盛雄琛钧冠策腾楠榕风晖勋锋钢铭全学祥才栋贵福生龙元胜祖丹薪然丰卫东虎根柱晶淑慧巧美惠珊莎锦黛青倩婉娴瑾"
    "露瑶育菊芬金花冬秋夏喜双庭维启克伦翔迎颜"
)
_NAME: Final = re.compile(rf"(?:(?:{_DOUBLE})|[{_SURNAMES}])[{_GIVEN}]{{1,2}}")
_CLOAKED: Final = re.compile(rf"(?:(?:{_DOUBLE})|[{_SURNAMES}])(?:[*＊某×○]{{1,2}})[{_GIVEN}]?")
_LABELS: Final = (
    "联系人|姓名|户主|申请人|当事人|法定代表人|法人代表|负责人|经办人|患者|病人|学生|家长|业主|车主"
    "|投诉人|举报人|受益人|权利人|监护人"
)
LABELLED: Final = re.compile(
    rf"(?:{_LABELS})\s?[:：为是]?\s?(?:(?:{_DOUBLE})|[{_SURNAMES}])[\u4e00-\u9fff]{{1,2}}(?![\u4e00-\u9fff])"
    rf"|(?:{_LABELS})\s?[:：]\s?(?:(?:{_DOUBLE})|[{_SURNAMES}])[{_GIVEN}]{{1,2}}"
    rf"|(?:(?:{_DOUBLE})|[{_SURNAMES}])[{_GIVEN}]{{1,2}}(?:同志|先生|女士|同学)"
)
_SAYS_NAME: Final = re.compile(
    rf"(?:^|[^\u4e00-\u9fff])(?:{_LABELS})|{_LABELS}|法人姓名|(?:^|_)(?:person|owner|applicant|contact|full|given|patient|student)_?name"
    r"|(?:^|_)(?:xm|xingming)(?:$|_)"
)
_NO_NAMES: Final = re.compile("单位|机构|企业|公司|部门|电话|数量|人数|比例|类型|类别|地址|编号|代码|证号|是否")
_PLACES: Final = frozenset("区县镇乡村街路道里园站桥河湖海山寺庙馆店楼院校场厅局委办处所科室部队段线口港")
MANY: Final = 0.6
SOME: Final = 0.35


def looks_like_name(value: str) -> bool:
    """True for two to four signs that are built as names are; 和平, 南开 and 白云 are known places and aren't."""
    return value not in _KNOWN and value[-1:] not in _PLACES and bool(_NAME.fullmatch(value))


def is_cloaked(value: str) -> bool:
    """True for 王*明, 李某某: masked already."""
    return bool(_CLOAKED.fullmatch(value))


def says_name(title: str, name: str) -> bool:
    """True where a column's title or technical name says that people's names stand in it."""
    return bool(_SAYS_NAME.search(title) or _SAYS_NAME.search(name)) and not _NO_NAMES.search(title)


_KNOWN: Final = frozenset(
    [
        "和平",
        "河东",
        "河西",
        "南开",
        "河北",
        "红桥",
        "东丽",
        "西青",
        "津南",
        "北辰",
        "武清",
        "宝坻",
        "滨海",
        "宁河",
        "静海",
        "蓟州",
        "金融",
        "石化",
        "江海",
        "白云",
        "海河",
        "万元",
        "黄金",
        "金红",
        "白玉",
        "石英",
        "黄梅",
        "文安",
        "高阳",
        "高中",
        "金华",
        "江山",
        "武夷",
        "白天",
        "毛巾",
        "钱江",
        "马达",
        "万有",
        "高山",
        "高峰",
        "温和",
        "石林",
        "黄山",
        "龙泉",
        "金山",
        "金星",
        "石家",
        "方正",
        "严重",
        "何时",
        "康复",
        "安全",
        "平安",
        "任一",
        "向阳",
        "武术",
        "白色",
        "黄花",
        "金花",
        "苏州",
        "广元",
        "江宁",
        "马兰",
        "田园",
    ]
)

"""What the pages say, in Chinese and English."""

from typing import Final

from haihe.kernel.result_release import Words

SKIP: Final = Words("跳到正文", "Skip to content")
READING: Final = Words("阅读方式", "How to read")
CARE: Final = Words("关怀版", "Large type")
STANDARD: Final = Words("标准版", "Standard")
HELP: Final = Words("咨询电话 {hotline}", "Help by telephone: {hotline}")
PROMISE: Final = Words(
    "每次查看都有不可更改的记录，任何人不能提前或代替考生查看。",
    "Each look leaves a record that nobody can alter. Nobody can look earlier, or in a candidate's place.",
)
NUMBER: Final = Words("准考证号", "Examination number")
NUMBER_NOTE: Final = Words("在准考证上，只有数字", "On the admission card, digits only")
ID_NUMBER: Final = Words("身份证号码", "Identity number")
ID_NOTE: Final = Words("18 位，最后一位可能是 X", "18 characters, the last may be an X")
LOOK: Final = Words("查询成绩", "Show my result")
OPENS: Final = Words("开放查询时间：", "Open from")
IS_OVER: Final = Words(
    "本次网上查询已经结束。需要成绩证明，请拨打咨询电话。", "This release is over. For a certificate please telephone."
)
BEFORE_YOU: Final = Words("您前面还有 {count} 人", "{count} people are before you")
YOUR_TURN: Final = Words("轮到您的时间是", "Your turn is at")
KEPT: Final = Words(
    "到时间页面会自己打开成绩；没有打开，请按下面的按钮。"
    "位置为您保留 15 分钟，刷新、关掉再来都不会丢，也没有人能插队。",
    "The page shows your result by itself then; if not, press the button. Your place is kept for 15 minutes, also if "
    "you close the page and come again, and nobody can overtake you.",
)
IN_LINE: Final = Words("查询的人很多，正在排队", "Many are asking; you are in line")
NOT_YOUR_TURN: Final = Words("到时间后查询", "Show it when it is time")
WRONG_FORM: Final = Words(
    "请检查填写的内容：准考证号是 6 至 14 位数字，身份证号码是 18 位。",
    "Please check: the examination number has 6 to 14 digits, the identity number 18 characters.",
)
NOT_CONFIRMED: Final = Words(
    "准考证号和身份证号码对不上，请核对后重新填写。连续填错会暂停查询 15 分钟。",
    "The two numbers don't belong together; please check them. After several wrong tries you have to wait 15 minutes.",
)
LOCKED: Final = Words(
    "填错次数太多，请在 {minutes} 分钟后再试。号码找不到了，请拨打咨询电话，不用一次次试。",
    "Too many wrong tries: please come back in {minutes} minutes, or telephone if you can't find your number.",
)
NOT_NOW: Final = Words(
    "暂时查不了，成绩没有丢，请过几分钟再来。",
    "Your result can't be shown just now. It isn't lost: please come back soon.",
)
PLACE_GONE: Final = Words(
    "排队的位置已经用过或者过期，请重新填写。", "This place was used or is too old; please fill in the form again."
)
NO_SUCH_PAGE: Final = Words("没有这个页面", "No such page")
RESULT_OF: Final = Words(
    "准考证号 {number}，身份证号码 {id_number}", "Examination number {number}, identity number {id_number}"
)
SUBJECT: Final = Words("科目", "Subject")
POINTS: Final = Words("成绩", "Result")
NOT_TAKEN: Final = Words("未参加", "Not taken")
AS_OF: Final = Words("数据截至 {moment}", "As of {moment}")
EVIDENCE: Final = Words("本次查看的记录编号：", "Record of this look:")
SAVE: Final = Words("保存成绩证明（可核验）", "Save as a certificate that can be verified")
PRINT: Final = Words("打印或存为 PDF", "Print, or save as PDF")
CERTIFICATE: Final = Words("成绩证明", "Certificate of result")
SCAN: Final = Words(
    "扫描二维码，任何人都可以核验这份证明是不是真的。",
    "Whoever scans the code can check that this certificate is genuine.",
)
CHECK: Final = Words("打开核验页面", "Open the page that checks it")
VERIFIED: Final = Words("这份成绩证明是真的，内容如下。", "This certificate is genuine. It says:")
NOT_VERIFIED: Final = Words(
    "这份成绩证明核验不通过：不是本系统签发的，或者内容被改过。请以考试机构的书面证明为准。",
    "This certificate is not genuine: it wasn't issued here, or was altered.",
)
ISSUED: Final = Words("签发时间 {moment}", "Issued {moment}")

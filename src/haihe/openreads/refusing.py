"""Refusals as problem documents, in both languages."""

from haihe.gateway.messages import Reply
from haihe.kernel.problems import MEDIA_TYPE, Problem


class Refused(Exception):
    """The question isn't answered; `headers` are whole lines."""

    def __init__(self, slug: str, zh: str | None = None, en: str | None = None, headers: str = "") -> None:
        super().__init__(slug)
        self.slug, self.zh, self.en, self.headers = slug, zh, en, headers


OPEN = (
    "access-control-allow-origin: *\r\naccess-control-expose-headers: accept-ranges, content-disposition, "
    "content-range, etag, link, ratelimit, ratelimit-policy, retry-after\r\n"
)
"""Goes with every answer: pages of any site may read it."""


def refusal(refused: Refused) -> Reply:
    """Return the document."""
    problem = Problem.of(refused.slug, detail=refused.zh, detail_en=refused.en)
    return Reply(problem.status, MEDIA_TYPE, problem.to_json(), headers=OPEN + refused.headers)


NO_DATASET = ("没有这个数据集，或者它没有开放。", "There is no such dataset, or it isn't open.")
SUSPENDED = ("这个数据集暂停开放，请稍后再来。", "This dataset is suspended; please come back later.")
NO_VERSION = ("没有这个版本。", "There is no such version.")
NOT_YET = ("这个数据集还没有发布任何版本。", "Nothing of this dataset has been published yet.")
NO_API = (
    "这个数据集没有数据接口，可以整份下载。",
    "This dataset has no query interface; whole files can be downloaded.",
)
KEY_NEEDED = (
    "这个数据集有条件开放，请先在门户提出申请，并在请求中带上获准的密钥。",
    "This dataset is open under conditions: apply for it on the portal, and send the key that was granted.",
)
GRANTS_UNKNOWN = (
    "暂时无法核对授权，有条件开放的数据过一会儿再来读取。",
    "Grants can't be checked for the moment; please come back for conditional data soon.",
)
OLD_HTTP = ("整份下载须使用 HTTP/1.1。", "Whole files take HTTP/1.1.")
WRONG_KEY = ("密钥无效、已经收回或者过期。", "The key isn't valid, was withdrawn or has expired.")
BUSY = ("查询的人太多，请稍后再试。", "Too many are asking; please try again soon.")
TOO_MANY_OF_YOURS = (
    "您还有许多查询在排队或者许多文件在下载，请等其中一些完成。",
    "Many questions or files of yours are still under way; please let some of them finish.",
)
DAMAGED = ("这个版本的文件有问题，已经记录，请稍后再试。", "The files of this version are damaged; this was noted.")

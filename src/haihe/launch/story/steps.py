"""The story, step by step. Each step plays one scene through pages and the gateway, and checks what came of it."""

import os
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import httpx

from haihe.city import cast
from haihe.launch import services
from haihe.launch.story import granting
from haihe.launch.story.person import Visitor
from haihe.launch.story.stage import (
    Said,
    Stage,
    check,
    check_page,
    number_after,
    uuid_in,
    wait_for,
    wait_for_words,
)

RESOURCE = "120012/000001"
SERVICE = "relief-status"
_SEALED_WITHIN_S = 120.0


@dataclass(frozen=True, slots=True)
class Step:
    title: Said
    play: Callable[[Stage], list[Said]]


def feed(stage: Stage) -> list[Said]:
    """民政局 hands over its register, dirt and all."""
    file = stage.city.folder.path / cast.RELIEF_FILE
    with stage.as_("steward_mzj") as steward:
        steward.open("/exchange/upload/")
        steward.send(steward.page.form("resource"), file=("file", file), resource=RESOURCE)
        page = wait_for_words(steward, "合格", within_s=120)
    received, accepted, rejected = (number_after(page, word) for word in ("收到", "合格", "退回"))
    check(received == accepted + rejected, f"{received} rows came in, {accepted} + {rejected} are accounted for")
    check(rejected, "the file is dirty, and no row was rejected")
    return [
        Said(
            f"收到 {received:,} 行 = 采用 {accepted:,} 行 + 退回 {rejected:,} 行，每一退回行写明理由",
            f"{received:,} rows in = {accepted:,} accepted + {rejected:,} rejected, each with its reason",
        )
    ]


def closed_door(stage: Stage) -> list[Said]:
    """Nobody gets an answer without a signature and a grant."""
    question = {"subject": {"id_number": cast.LIU.id_number}, "purpose": "HOUSING_FUND_WITHDRAWAL", "case": "x"}
    reply = httpx.post(f"{stage.city.gateway_url}/v1/verify/{SERVICE}", json=question, trust_env=False)
    check(reply.status_code == 401, f"a stranger got {reply.status_code}: {reply.text[:200]}")
    check("answer" not in reply.json(), "a stranger got an answer")
    return [Said("陌生人直接问网关：401，不透露任何信息", "a stranger asks the gateway: 401, and nothing is told")]


def liu(stage: Stage) -> list[Said]:
    """On the register: approved on the spot."""
    page_words = _take_in(stage, "liu", "准予提取", "没有收取任何证明", "少交 1 份证明")
    return [Said(f"{page_words}，少交 1 份证明", "MATCH: approved on the spot, one certificate saved")]


def zhang(stage: Stage) -> list[Said]:
    """Not on the register: told why, and offered two ways on."""
    page_words = _take_in(stage, "zhang", "数据没有查到", "可以报告错误", "补交纸质证明")
    return [Said(page_words, "NO_MATCH: told why, may report an error or bring a paper")]


def wang(stage: Stage) -> list[Said]:
    """His row was rejected for an impossible date: in doubt, so nobody refuses him."""
    page_words = _take_in(stage, "wang", "暂时无法确认", "申请没有被拒绝", "补交纸质证明")
    return [Said(page_words, "UNKNOWN: not refused, falls back to paper, asked again by itself")]


def _take_in(stage: Stage, username: str, *words: str) -> str:
    """Let the clerk take the citizen's card and open the case; return what the page says on top."""
    person = cast.person(username)
    with stage.as_("clerk_gjj") as clerk:
        clerk.open("/services/desk/")
        form = clerk.page.form("id_number", "name", "amount_yuan")
        clerk.send(form, id_number=str(person.id_number), name=person.name, amount_yuan="12000", informed="on")
        stage.cases[username] = clerk.url.rstrip("/").rsplit("/", 1)[-1]
        page = wait_for_words(clerk, words[0], within_s=20)
        check_page(page, *words)
        stage.evidence[username] = uuid_in(page.text.partition("凭证号")[2])
    return f"{person.name}：{words[0]}（办件 {stage.cases[username]}）"


def prove(stage: Stage) -> list[Said]:
    """The auditor takes one record away, and anybody can check it without us."""
    evidence = stage.evidence["liu"]
    with stage.as_("auditor") as auditor:
        data = wait_for(lambda: _proof(auditor, evidence), "the record is not sealed", within_s=_SEALED_WITHIN_S)
    file = stage.folder / f"haihe-proof-{evidence}.json"
    file.write_bytes(data)
    check(_verify(file) == 0, "the exported record does not verify")
    altered = stage.folder / "altered.json"
    altered.write_bytes(
        data.replace(b"NO_MATCH", b"MATCH") if b"NO_MATCH" in data else data.replace(b"MATCH", b"NO_MATCH")
    )
    check(altered.read_bytes() != data, "the record holds no answer to alter")
    check(_verify(altered) != 0, "an altered record verifies")
    return [
        Said(f"凭证 {evidence} 导出后离线检验：真", f"record {evidence} exported, checked offline: genuine"),
        Said("把答复改掉一个词再检验：假", "one word of the answer altered: found out"),
    ]


def _proof(auditor: Visitor, evidence: str) -> bytes | None:
    """Return the exported record, None while it is in the gateway's journal only or not sealed."""
    data = auditor.download(f"/ledger/{evidence}/proof/")
    return data if data and data.lstrip().startswith(b"{") else None


def _verify(file: Path) -> int:
    """Run `haihe ledger verify` as a stranger with nothing but the file."""
    environment = {"PATH": os.environ.get("PATH", ""), "PYTHONPATH": services.python_path()}
    command = services.haihe("ledger", "verify", str(file))
    done = subprocess.run(command, env=environment, cwd=file.parent, capture_output=True, check=False)  # noqa: S603 - our own program, no shell
    return done.returncode


def read_own(stage: Stage) -> list[Said]:
    """Mr Liu reads on his phone who used his data, and why."""
    with stage.as_("liu") as citizen:
        page = citizen.open("/services/my-data/")
        check_page(page, "住房公积金", "民政局", stage.cases["liu"], stage.evidence["liu"], "依据")
        check_page(page, stage.trial_evidence)
    return [
        Said(
            f"刘志远在手机上看到：市住房公积金管理中心，为办件 {stage.cases['liu']}，依据何法，问了什么，答了什么",
            f"Liu Zhiyuan reads who asked, for case {stage.cases['liu']}, on what legal basis, and what was answered",
        )
    ]


STORY = (
    Step(Said("民政局报送社会救助名册", "The civil affairs bureau feeds its relief register"), feed),
    Step(Said("没有授权，没有答复", "No grant, no answer"), closed_door),
    Step(Said("公积金中心申请共享", "The housing-fund centre asks for one more use"), granting.request),
    Step(Said("双方审批，形成授权", "Both sides approve: a grant"), granting.approvals),
    Step(Said("窗口受理：刘志远（在保）", "At the window: Liu Zhiyuan, on relief"), liu),
    Step(Said("窗口受理：张晓梅（不在名册）", "At the window: Zhang Xiaomei, not on the register"), zhang),
    Step(Said("窗口受理：王建军（名册上的日期写错了）", "At the window: Wang Jianjun, his row has a bad date"), wang),
    Step(Said("审计员导出一条记录，离线检验", "The auditor exports a record; it is checked offline"), prove),
    Step(Said("谁用了我的数据", "Who used my data"), read_own),
)

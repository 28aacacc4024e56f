"""The scenes in which two departments agree: asked for, approved twice, granted, and heard by the gateway."""

import json
import os
import subprocess
from typing import Any

from haihe.launch import foundation, services
from haihe.launch.story.departments import LEGAL_BASIS, PURPOSE
from haihe.launch.story.stage import Said, Stage, StoryFailed, check


def request(stage: Stage) -> list[Said]:
    """The housing-fund centre asks for one more use of the register; until it is granted, no answer."""
    said = _departments(stage, "request")
    stage.request = str(said["request"])
    check(said.get("problem") == "purpose-not-granted", f"before any approval the gateway said {said}")
    return [
        Said(
            f"公积金中心数据专员提出申请：租房提取，依据{LEGAL_BASIS}，只问“今天是否低保”，12 个月",
            f"its steward asks: {PURPOSE}, on a legal basis, one yes-or-no question, for 12 months",
        ),
        Said("批准之前问网关：403 用途未获授权", "asked before it is approved: 403, the purpose is not granted"),
    ]


def approvals(stage: Stage) -> list[Said]:
    """Both heads approve; the approval is the grant, and the grant is what the gateway obeys."""
    said = _departments(stage, "approve", stage.request)
    wrong = [who for who, refused in said["refused"].items() if not refused]
    check(not wrong, f"approved by whom it may not: {wrong}")
    check(said["state"] == "ACTIVE", f"the grant is {said['state']}")
    check(said.get("answer") == "MATCH", f"under the grant the gateway said {said}")
    stage.trial_evidence = str(said["evidence"])
    return [
        Said(
            "越权的三次审批都被拒绝：提供方抢先、专员代批、外单位",
            "three approvals out of turn are refused: the owner too early, a steward, an outsider",
        ),
        Said(
            f"本单位负责人、民政局负责人先后同意：申请 {said['number']} 成为授权，有效至 {said['valid_until']}",
            f"its own head, then the civil affairs bureau's approve: {said['number']} is a grant",
        ),
        Said(
            f"{said['heard_after_s']} 秒后网关按授权答复：是",
            f"{said['heard_after_s']} s later the gateway answers: MATCH",
        ),
    ]


def _departments(stage: Stage, *words: str) -> dict[str, Any]:
    """Let the departments work, in a process with the running city's settings. Raises: StoryFailed."""
    folder = stage.city.folder
    running = folder.running()
    if running is None:
        raise StoryFailed("the city has stopped")
    settings = foundation.child_environment(folder=folder, keyring=folder.keyring(), running=running, demo=True)
    done = subprocess.run(  # noqa: S603 - our own program, no shell
        [*services.PYTHON, "haihe.launch.story.departments", *words],
        env=os.environ | settings,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise StoryFailed(done.stderr[-2000:])
    said: dict[str, Any] = json.loads(done.stdout)
    return said

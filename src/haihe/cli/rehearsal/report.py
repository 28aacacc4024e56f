"""The report as files: JSON for programs, Markdown and one page with its pictures for an examinations authority."""

from html import escape
from pathlib import Path

import msgspec

from haihe.kernel.rehearsal_report import Rehearsal
from haihe.kernel.rehearsal_told import facts, pictures, verdict
from haihe.kernel.result_release import Words

_SPREADS = Words(
    "三个数依次是：一半人不超过、百分之九十九的人不超过、最多。", "Three figures: half, 99 in 100, and the most."
)
_STYLE = (
    "body{font:16px/1.65 system-ui,'PingFang SC','Noto Sans CJK SC',sans-serif;color:#1b2430;max-width:48rem;"
    "margin:2rem auto;padding:0 1rem}table{border-collapse:collapse;width:100%}th,td{text-align:start;padding:.4rem;"
    "border-bottom:1px solid #d5dbe2}td{font-variant-numeric:tabular-nums}.fault{color:#b3261e;font-weight:600}"
    "svg{width:100%;height:auto}"
)


def write(report: Rehearsal, folder: Path, *, english: bool = False) -> list[Path]:
    """Write the report, and return its files."""
    folder.mkdir(parents=True, exist_ok=True)
    texts = {
        "rehearsal.json": msgspec.json.format(msgspec.json.encode(report)).decode(),
        "rehearsal.md": as_markdown(report, english=english),
        "rehearsal.html": as_html(report, english=english),
    }
    for n, picture in enumerate(pictures(report, english=english), start=1):
        texts[f"picture-{n}.svg"] = picture.svg
    files = []
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
        files.append(folder / name)
    return files


def as_markdown(report: Rehearsal, *, english: bool = False) -> str:
    said = [f"# {_title(report, english)}", _when(report, english), f"**{verdict(report).in_language(english)}**"]
    rows = ["| | |", "|---|---|"]
    for fact in facts(report):
        value = f"**{fact.value}** ✗" if fact.is_fault else fact.value
        rows.append(f"| {fact.label.in_language(english)} | {value} |")
    drawn = [
        f"![{picture.title.in_language(english)}](picture-{n}.svg)"
        for n, picture in enumerate(pictures(report, english=english), start=1)
    ]
    return "\n\n".join([*said, "\n".join(rows), _SPREADS.in_language(english), *drawn]) + "\n"


def as_html(report: Rehearsal, *, english: bool = False) -> str:
    title = escape(_title(report, english))
    rows = "".join(
        f'<tr><th scope="row">{escape(fact.label.in_language(english))}</th>'
        f"<td{' class="fault"' if fact.is_fault else ''}>{escape(fact.value)}</td></tr>"
        for fact in facts(report)
    )
    drawn = "".join(
        f"<h2>{escape(picture.title.in_language(english))}</h2>{picture.svg}"
        for picture in pictures(report, english=english)
    )
    return (
        f'<!DOCTYPE html><html lang="{"en" if english else "zh-Hans"}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title>'
        f"<style>{_STYLE}</style></head><body><main><h1>{title}</h1><p>{escape(_when(report, english))}</p>"
        f"<p><strong>{escape(verdict(report).in_language(english))}</strong></p>"
        f"<table><tbody>{rows}</tbody></table><p>{escape(_SPREADS.in_language(english))}</p>{drawn}</main></body></html>"
    )


def _title(report: Rehearsal, english: bool) -> str:
    return f"{'Rehearsal' if english else '演练报告'}：{report.title.in_language(english)}"


def _when(report: Rehearsal, english: bool) -> str:
    made_up = Words("考生和成绩都是临时虚构的", "candidates and results were made up for it")
    return f"{report.at} · {report.profile.in_language(english)} · {made_up.in_language(english)}"

#!/usr/bin/env python3
"""Check the published figures of use: python3 check_statistics.py https://the-site

It needs nothing but Python. Each day's file must be to the byte what the list says, name the one before it, and add up
to its own totals; and all files together must say what the figures for download say. Keep the last digest that it
prints: with it you can tell later whether anything before it was changed.
"""

import hashlib
import json
import sys
import urllib.request
from collections import Counter
from collections.abc import Callable

Line = tuple[str, str, str]
FIRST = "0" * 64


def check(fetch: Callable[[str], bytes]) -> tuple[list[str], str, "Counter[Line]"]:
    """Return (days, digest of the last file, uses by (day, dataset, kind)); raise ValueError at what is wrong."""
    previous: str = FIRST
    uses: Counter[Line] = Counter()
    listed = json.loads(fetch("/open/statistics/days.json"))["days"]
    for one in listed:
        text = fetch(f"/open/statistics/days/{one['day']}.json")
        told = json.loads(text)
        if hashlib.sha256(text).hexdigest() != one["sha256"]:
            raise ValueError(f"{one['day']}: the file isn't the one that was sealed")
        if told["previous"] != previous or told["day"] != one["day"]:
            raise ValueError(f"{one['day']}: the chain is broken here")
        for use in told["uses"]:
            uses[told["day"], use["dataset"], use["kind"]] += use["count"]
        for late in told["late"]:
            uses[late["day"], late["dataset"], late["kind"]] += late["count"]
        sums: Counter[str] = Counter(dict.fromkeys(told["totals"], 0))
        for (_day, _dataset, kind), count in uses.items():
            sums[kind] += count
        if sums != Counter(told["totals"]):
            raise ValueError(f"{one['day']}: the totals don't add up")
        previous = one["sha256"]
    return [one["day"] for one in listed], previous, uses


def compare(fetch: Callable[[str], bytes], days: list[str], uses: "Counter[Line]") -> dict[Line, tuple[int, int]]:
    """Return the figures for download that aren't the files', by (day, dataset, kind): (downloaded, in the files)."""
    shown: Counter[Line] = Counter()
    for day in days:
        for use in json.loads(fetch(f"/open/statistics/uses.json?since={day}&until={day}"))["uses"]:
            shown[use["day"], use["dataset"], use["kind"]] += use["count"]
    return {key: (shown[key], uses[key]) for key in shown.keys() | uses.keys() if shown[key] != uses[key]}


def main(site: str) -> int:
    def fetch(path: str) -> bytes:
        address = site.rstrip("/") + path  # whatever the person at the keyboard typed
        with urllib.request.urlopen(address, timeout=60) as answer:  # noqa: S310 - see above
            return bytes(answer.read())

    days, last, uses = check(fetch)
    differing = compare(fetch, days, uses)
    print(f"{len(days)} days, {sum(uses.values())} uses, last digest {last}")
    for key, (shown, filed) in sorted(differing.items()):
        print(*key, f"shown {shown}, in the files {filed}: must stand in the next file as late")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))

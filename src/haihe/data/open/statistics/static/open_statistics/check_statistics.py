#!/usr/bin/env python3
"""Check the published figures of use: python3 check_statistics.py https://the-site

It needs nothing but Python. Each day's file must be to the byte what the list says, name the one before it, and add up
to its own totals; its digest must be the one that the city's ledger sealed; and all files together must say what the
figures for download say. Keep the last digest that it prints: with it you can tell later whether anything before it was
changed. `haihe ledger verify` checks a proof of the ledger with its signature.
"""

import hashlib
import json
import sys
import urllib.request
from collections import Counter
from collections.abc import Callable
from typing import Any

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


def witnessed(fetch: Callable[[str], bytes]) -> int:
    """Return how many files' digests are under the ledger's seals; raise ValueError where the ledger says another."""
    sealed = 0
    for one in json.loads(fetch("/open/statistics/days.json"))["days"]:
        head = one["ledger"]
        if head is not None and head["sha256"] != one["sha256"]:
            raise ValueError(f"{one['day']}: the ledger says another digest, {head['sha256']}")
        if head is not None and head["proof"]:
            check_proof(json.loads(fetch(f"/open/statistics/days/{one['day']}.proof.json")), one["day"], one["sha256"])
            sealed += 1
    return sealed


def check_proof(proof: dict[str, Any], day: str, digest: str) -> None:
    """Raise ValueError unless the proof's record says this digest and lies under the root of its batch (RFC 9162)."""
    record, header = json.loads(proof["record"]), json.loads(proof["header"])
    if (record["kind"], record["resource"], record["digest"]) != ("HEAD", day, digest):
        raise ValueError(f"{day}: the ledger's record is of something else")
    node = hashlib.sha256(b"\x00" + proof["record"].encode()).digest()
    place, last = proof["index"], header["size"] - 1
    for beside in map(bytes.fromhex, proof["path"]):
        # At the right edge of the tree a node without a neighbour goes up as it is.
        while place == last and not place % 2 and last:
            place, last = place // 2, last // 2
        left, right = (beside, node) if place % 2 else (node, beside)
        node = hashlib.sha256(b"\x01" + left + right).digest()
        place, last = place // 2, last // 2
    if node.hex() != header["root"]:
        raise ValueError(f"{day}: the record is not in the sealed batch")


def main(site: str) -> int:
    def fetch(path: str) -> bytes:
        address = site.rstrip("/") + path  # whatever the person at the keyboard typed
        with urllib.request.urlopen(address, timeout=60) as answer:  # noqa: S310 - see above
            return bytes(answer.read())

    days, last, uses = check(fetch)
    sealed = witnessed(fetch)
    differing = compare(fetch, days, uses)
    print(f"{len(days)} days, {sealed} of them under the ledger's seals, {sum(uses.values())} uses, last digest {last}")
    for key, (shown, filed) in sorted(differing.items()):
        print(*key, f"shown {shown}, in the files {filed}: must stand in the next file as late")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))

"""Check the guardrail case files and print counts.

Optional argument: a catalogue.json, to check that every flag is covered.
"""
# ruff: noqa: T201 - a script whose output is its result

import collections
import json
import pathlib
import sys

HERE = pathlib.Path(__file__).parent
FILES = sorted(path.stem for path in HERE.glob("*.jsonl"))
TIERS = {"prompt", "urgent", "emergency"}
BY_TURN = TIERS | {"none", "notice", "any", "shown"}


def main() -> None:
    """Check every file; an assertion names the case that is wrong."""
    catalogue = None
    if len(sys.argv) > 1:
        catalogue = {x["id"]: x for x in json.loads(pathlib.Path(sys.argv[1]).read_text("utf-8"))}
    ids: set[str] = set()
    texts: dict[str, str] = {}
    flags: dict[str, collections.Counter[str]] = {}
    for name in FILES:
        rows = [
            json.loads(line)
            for line in (HERE / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
        ]
        count: collections.Counter[str] = collections.Counter()
        flags[name] = collections.Counter()
        for r in rows:
            assert r["id"] not in ids, r["id"]
            ids.add(r["id"])
            assert ("text" in r) != ("turns" in r), r["id"]
            key = json.dumps(r.get("text") or r["turns"], ensure_ascii=False).lower()
            assert key not in texts, (r["id"], texts[key])
            texts[key] = r["id"]
            assert r["expect"] in {"route", "notice", "none"}, r["id"]
            assert (r["expect"] == "route") == ("tier" in r) == ("flag" in r), r["id"]
            if r["expect"] == "route":
                assert r["tier"] in TIERS, r["id"]
                flags[name][r["flag"]] += 1
                assert catalogue is None or r["flag"] in catalogue, r["id"]
            if "turns" in r:
                users = [t for t in r["turns"] if isinstance(t, str)]
                assert len(users) == len(r["by_turn"]), r["id"]
                assert set(r["by_turn"]) <= BY_TURN, r["id"]
                if r["expect"] == "route":
                    assert r["by_turn"][r["route_at"]] == r["tier"], r["id"]
                    assert not TIERS & set(r["by_turn"][: r["route_at"]]), r["id"]
            count[r["expect"]] += 1
            count[r.get("tier", "-")] += 1
        del count["-"]
        print(f"{name}: {len(rows)}", dict(sorted(count.items())), f"flags: {len(flags[name])}")
    if catalogue:
        for name in ("dev", "test"):
            print(name, "missing flags:", [i for i in catalogue if not flags[name][i]])
        few = [i for i, x in catalogue.items() if x["core"] and flags["test"][i] < 2]
        print("test, CORE flags with fewer than two cases:", few)
    print("all files valid,", len(ids), "unique ids")


if __name__ == "__main__":
    main()

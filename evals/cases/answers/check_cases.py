"""Check the answer-quality cases against the articles.

Run from the repository root: python evals/cases/answers/check_cases.py [--suggest]

Exits 1 when an id repeats, a field has an unknown value, a relevant article does not exist
or holds no fact, a fact phrase stands in no single line (sentence or list item) of the
relevant articles, an article is covered fewer than five times, or dev and test share wording.
With --suggest it also lists articles that hold every fact of a case but are not named as
relevant, to be read by eye.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ARTICLES = HERE.parents[2] / "corpus" / "articles"

CLASSES = {
    "answers": "basic vague downplayed worried cluster yes_no compare lay_words typo long",
    "follow_ups": "treatment_of detail yes_no why correction topic_switch drill_down no_answer "
    "three_turns",
    "no_answer": "near_domain other_medical off_topic false_premise too_specific "
    "basic vague downplayed worried cluster",
    "other": "greeting thanks about_bot booking dose diagnosis_request result_interpretation "
    "prompt_injection nonsense",
}
KINDS = (
    "causes symptoms treatment self_care duration who when medicine tests prevention definition "
    "daily_life ask"
)
EXPECT = {
    "answers": "answer",
    "follow_ups": "answer no_answer",
    "no_answer": "no_answer",
    "other": "small_talk declined",
}
TOO_ALIKE = 0.6

Case = dict[str, Any]
Articles = dict[str, list[str]]


def norm(text: str) -> str:
    """Lower case, straight quotes, single spaces."""
    text = text.replace("\u2019", "'").replace("\u2018", "'")
    return re.sub(r"\s+", " ", text).strip().lower()


def load_articles() -> Articles:
    """Read the quotable lines of each article: no front matter, headings or fenced-off lines."""
    out: Articles = {}
    for path in sorted(ARTICLES.glob("*.md")):
        _, front, body = path.read_text(encoding="utf-8").split("---\n", 2)
        banned: set[str] = set()
        if "not_quotable:" in front:
            block = front.split("not_quotable:", 1)[1]
            banned = {norm(x) for x in re.findall(r'^\s+-\s+"(.*)"\s*$', block, re.MULTILINE)}
        lines = [norm(x) for x in body.splitlines()]
        out[path.stem] = [x for x in lines if x and not x.startswith("#") and x not in banned]
    return out


def read_cases(path: Path) -> list[Case]:
    """Read one file, a case a line."""
    return [json.loads(x) for x in path.read_text(encoding="utf-8").splitlines()]


def typed_texts(case: Case) -> list[str]:
    """Every question text of a case."""
    if "turns" in case:
        return [*case["turns"], case["full_question"]]
    return [case["question"]]


def check_form(stem: str, case: Case) -> Iterator[str]:
    """Check the fields that do not need the articles."""
    if case["expect"] not in EXPECT[stem].split():
        yield f"expect {case['expect']}"
    if case["class"] not in CLASSES[stem].split():
        yield f"class {case['class']}"
    if stem == "answers" and case.get("kind", "ask") not in KINDS.split():
        yield f"kind {case['kind']}"
    if stem == "answers" and not 3 <= len(case["question"].split()) <= 60:
        yield f"{len(case['question'].split())} words"
    if stem == "follow_ups" and not 2 <= len(case["turns"]) <= 4:
        yield "needs two to four turns"
    if case["expect"] != "answer" and (case.get("facts") or case.get("relevant")):
        yield "facts or relevant without an answer"


def check_facts(case: Case, articles: Articles) -> Iterator[str]:
    """Check the facts and the relevant articles of a case that has an answer."""
    facts: list[list[str]] = case["facts"]
    relevant: list[str] = case["relevant"]
    if not 1 <= len(facts) <= 4:
        yield "needs one to four facts"
    if not relevant or len(set(relevant)) != len(relevant):
        yield "relevant is empty or repeats"
    phrases = [a for f in facts for a in f]
    for art in relevant:
        if art not in articles:
            yield f"no article {art}"
        elif not any(a in line for a in phrases for line in articles[art]):
            yield f"{art} holds no fact"
    lines = [x for art in relevant for x in articles.get(art, [])]
    for alt in phrases:
        if alt != norm(alt) or not 1 <= len(alt.split()) <= 6:
            yield f"phrase form: {alt!r}"
        if not any(alt in x for x in lines):
            yield f"in no relevant article: {alt!r}"


def suggestions(case: Case, articles: Articles) -> Iterator[str]:
    """Name the articles that hold every fact but are not listed."""
    for art, lines in articles.items():
        text = "\n".join(lines)
        if art not in case["relevant"] and all(any(a in text for a in f) for f in case["facts"]):
            yield art


def alike(dev: list[Case], test: list[Case]) -> Iterator[str]:
    """Find wording that dev and test share."""

    def bags(cases: list[Case]) -> list[tuple[str, str, set[str]]]:
        return [
            (c["id"], t, set(re.findall(r"[a-z0-9&']+", norm(t))))
            for c in cases
            for t in typed_texts(c)
        ]

    test_bags = bags(test)
    for did, dtext, a in bags(dev):
        for tid, _ttext, b in test_bags:
            if len(a & b) >= TOO_ALIKE * max(1, len(a | b)):
                yield f"{did} / {tid}: too alike: {dtext!r}"


def main() -> int:
    """Run every check and report."""
    articles = load_articles()
    problems: list[str] = []
    cover: Counter[str] = Counter()
    by_split: dict[str, list[Case]] = {"dev": [], "test": []}
    for path in sorted(HERE.glob("*.jsonl")):
        stem, part = path.stem.rsplit("_", 1)
        split = part.rstrip("0123456789")  # a second development part counts as development
        cases = read_cases(path)
        by_split[split] += cases
        for case in cases:
            problems += [f"{case['id']}: {p}" for p in check_form(stem, case)]
            if case["expect"] != "answer":
                continue
            problems += [f"{case['id']}: {p}" for p in check_facts(case, articles)]
            cover.update(case["relevant"])
            if "--suggest" in sys.argv:
                names = ", ".join(suggestions(case, articles))
                sys.stdout.write(f"  {case['id']} also: {names}\n" if names else "")
        tally = dict(Counter(c["class"] for c in cases))
        sys.stdout.write(f"{path.name}: {len(cases)} {tally}\n")
    ids = Counter(c["id"] for cases in by_split.values() for c in cases)
    problems += [f"{cid}: id repeats" for cid, n in ids.items() if n > 1]
    problems += [f"{art}: covered {cover[art]} times" for art in articles if cover[art] < 5]
    problems += alike(by_split["dev"], by_split["test"])
    sys.stdout.writelines(f"PROBLEM {p}\n" for p in problems)
    sys.stdout.write(f"{len(ids)} cases, {len(problems)} problems\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())

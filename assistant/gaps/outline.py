"""The start of an article for a gap: our own template, with what people asked as things to answer.

No medicine is made up here: headings, questions and empty places are all that it holds.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from assistant.gaps.gaps import Gap
from assistant.gaps.names import NAME
from assistant.gaps.scrub import NUMBER
from assistant.kinds import Kind, question_kinds
from assistant.records import DEFAULT_LANGUAGE
from assistant.text import STOP_WORDS, stems

# The headings of corpus/README.md, each with the kinds of question that it answers.
_SECTIONS: tuple[tuple[str, frozenset[Kind]], ...] = (
    ("In short", frozenset({Kind.SUMMARY})),
    ("What is {topic}?", frozenset({Kind.DEFINITION, Kind.COMMON, Kind.EFFECT})),
    ("What causes {topic}?", frozenset({Kind.CAUSES})),
    ("What are the symptoms of {topic}?", frozenset({Kind.SYMPTOMS, Kind.DURATION})),
    (
        "What can I do myself for {topic}?",
        frozenset({Kind.SELF_CARE, Kind.MOVEMENT, Kind.PREVENTION, Kind.DAILY_LIFE}),
    ),
    ("What treatments are there for {topic}?", frozenset({Kind.TREATMENT, Kind.SAFETY})),
    ("When should I see a doctor about {topic}?", frozenset({Kind.WHEN, Kind.WHO, Kind.TESTS})),
    ("When is {topic} an emergency?", frozenset({Kind.EMERGENCY})),
    ("What can I ask my doctor about {topic}?", frozenset({Kind.ASK})),
)
# A question that nothing tells where it belongs says at least what the topic is asked for.
_ANYWHERE = "In short"
_TOPIC_WORDS = 3
_RUN = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*(?: [^\W\d_]+(?:[-'’][^\W\d_]+)*)*")
# What a question is made of, beside its topic.
_ASKING = STOP_WORDS | frozenset(
    "good bad safe help helps hurt hurts work works cause causes treat treated treatment "
    "treatments symptom symptoms best better worse long often much many sign signs exercise "
    "exercises possible normal dangerous serious kind kinds type types way ways thing things "
    "need needs happen happens mean means take takes feel feels know say says new old name".split()
)
# What every article of ours is about says nothing alone.
_EVERYWHERE = frozenset("back lower pain pains sore muscle muscles spine body".split())


def outline(gap: Gap) -> str:
    """A Markdown file to start from, as corpus/README.md describes it.

    The questions stand in comments, which nobody is shown: they are there to be answered and then
    deleted. What is still missing is left empty, so that ``pmr-assistant check`` asks for it.
    """
    topic = topic_of(gap)
    asked: dict[str, list[str]] = defaultdict(list)
    for question in gap.examples:
        asked[_section(question)].append(question)
    lines = [*_front_matter(topic), *_remarks(gap)]
    for heading, _kinds in _SECTIONS:
        lines += [f"## {heading.format(topic=topic)}"]
        lines += [f"<!-- Answer: {_harmless(question)} -->" for question in asked[heading]]
        lines += ["…", ""]
    return "\n".join(lines)


def topic_of(gap: Gap) -> str:
    """What the gap is about: the words most of its questions share, as they were written."""
    texts = [gap.question, *(t for t in gap.examples if t != gap.question)]
    runs = list(dict.fromkeys(run for text in texts for run in _runs(text)))
    if not runs:
        return "this topic"
    folded = [_folded(text) for text in texts]

    def shared(run: str) -> int:
        return sum(_folded(run) in text for text in folded)

    # Half a point for each further word: "standing desk" in two of three beats "standing" in three.
    return max(runs, key=lambda run: (shared(run) * (2 + run.count(" ")), -runs.index(run)))


def _folded(text: str) -> str:
    """The stems of ``text``, each with a blank on both sides."""
    return f" {' '.join(stems(text))} "


def _runs(text: str) -> Iterator[str]:
    """Stretches of up to three words that carry the topic, longest first at each place."""
    for match in _RUN.finditer(text.replace(NAME, NUMBER)):
        said = match.group().split()
        for start in range(len(said)):
            for end in range(min(start + _TOPIC_WORDS, len(said)), start, -1):
                run = said[start:end]
                folded = [word.casefold().replace("’", "'") for word in run]
                if _ASKING.isdisjoint(folded) and not _EVERYWHERE.issuperset(folded):
                    yield " ".join(run)


def _section(question: str) -> str:
    for kind in question_kinds(question):
        for heading, kinds in _SECTIONS:
            if kind in kinds:
                return heading
    return _ANYWHERE


def _front_matter(topic: str) -> Sequence[str]:
    title = topic[0].upper() + topic[1:]
    slug = "-".join(re.findall(r"[a-z]+", topic.casefold())) or "new-article"
    return (
        "---",
        f"id: {slug}",
        f"title: {json.dumps(title, ensure_ascii=False)}",
        'source: "Patient education library of this practice"',
        "url: null",
        'publisher: "Patient education library of this practice"',
        "published: null",
        "reviewed_by: null",
        "reviewed: null",
        "review_by: null",
        "licence: CC-BY-4.0",
        f"topics: [{json.dumps(topic, ensure_ascii=False)}]",
        "audience: patients",
        "lang: en",
        "sources: []",
        "---",
    )


def _remarks(gap: Gap) -> Iterator[str]:
    yield f"<!-- Asked {gap.count} times, {gap.first} to {gap.last}. -->"
    if gap.nearest is not None:
        title = _harmless(gap.nearest.title)
        yield f"<!-- The nearest article is {gap.nearest.id} ({title}): does this belong there? -->"
    if gap.lang != DEFAULT_LANGUAGE:
        yield f"<!-- Asked in {gap.lang}: write the English article first, then translate it. -->"


def _harmless(text: str) -> str:
    """Strangers wrote this: nothing in it may end the comment that it stands in."""
    return re.sub(r"-{2,}", "-", text.replace("<", "").replace(">", "")).strip()

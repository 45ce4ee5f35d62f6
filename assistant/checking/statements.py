"""What an article states, as far as two articles can disagree on it: subject, amounts, advice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.checking.advice import advice, is_one_of, opens_with_order, pattern, word_list
from assistant.chunking import split_article
from assistant.records import Article, Span
from assistant.text import plain, stems
from assistant.verification.amounts import TIME, VAGUE, Amount, amounts
from assistant.verification.reading import Item, read
from assistant.verification.words import shipped_words

# Kinds of things that a statement is about: medicines, body parts, conditions, treatments, people.
_SUBJECTS = frozenset("DBSRG")


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A sentence or a list item, with the words that open its list, as it would be quoted.

    ``words`` are the stems that say what it is about, ``subjects`` those of them that name a
    condition, a treatment, a part of the body or a group of people; ``around`` are the stems of
    its title and heading. ``advice`` is 1 for what it calls good, -1 for what it warns of, else 0.
    ``care`` says that it tells when to get help, ``led`` that it holds the words before its list.
    """

    article: str
    text: str
    span: Span
    words: frozenset[str]
    subjects: frozenset[str]
    around: frozenset[str]
    items: tuple[Item, ...]
    amounts: tuple[Amount, ...]
    advice: int
    care: bool
    led: bool
    conditional: bool


@lru_cache(maxsize=512)  # the same library is read for each draft
def statements(article: Article) -> tuple[Statement, ...]:
    """Everything that ``article`` states, in reading order; questions state nothing.

    Lists of signs to get help for are left out.
    """
    return tuple(_statements(article))


def _statements(article: Article) -> Iterator[Statement]:
    title = frozenset(stems(article.title))
    for passage in split_article(article):
        around = title | frozenset(stems(" ".join(passage.heading_path)))
        texts = [plain(sentence.span.cut(article.text)) for sentence in passage.sentences]
        for sentence, text in zip(passage.sentences, texts, strict=True):
            lead_in = "" if sentence.lead_in is None else texts[sentence.lead_in]
            if text.endswith((":", "?")) or pattern("care").search(lead_in):
                continue
            beside = around | frozenset(stems(lead_in))
            led = bool(lead_in) and not opens_with_order(text)
            said = f"{lead_in.rstrip(':')} {text}" if led else text
            yield _statement(article.id, said, sentence.span, beside, led=led)


def _statement(
    article: str, text: str, span: Span, around: frozenset[str], *, led: bool
) -> Statement:
    sentences = read(text, shipped_words())
    clauses = [clause for sentence in sentences for clause in sentence.clauses]
    items = [item for clause in clauses for item in clause.items]
    content = [item for item in items if item.weight]
    care = bool(pattern("care").search(text))
    undecided = led or care or pattern("weighs").search(text)
    return Statement(
        article=article,
        text=text,
        span=span,
        words=frozenset(i.stem for i in content if not _says_how(i)),
        subjects=frozenset(
            i.stem for i in content if i.kinds & _SUBJECTS and not is_one_of(i, "no_subject")
        ),
        around=around,
        items=tuple(items),
        amounts=tuple(a for a in amounts(items) if _measures(a, items)),
        advice=0 if undecided else advice(clauses),
        care=care,
        led=led,
        conditional=any(clause.condition for clause in clauses),
    )


def _says_how(item: Item) -> bool:
    """Whether the word tells an opinion or an amount and not what the statement is about."""
    return is_one_of(item, "opinions") or item.stem in word_list("units")


def _measures(amount: Amount, items: Sequence[Item]) -> bool:
    """Whether an amount can be held against another: "daily life" and an age cannot."""
    if amount.kind == VAGUE or amount.text in word_list("repeated"):
        return False
    behind = amount.at + len(amount.text.split())
    if behind < len(items) and items[behind].text in ("old", "orolder", "oryounger"):
        return False  # an age tells who is meant
    before = items[amount.at - 1].text if amount.at else ""
    return amount.kind != TIME or not amount.weak or before in word_list("measured")

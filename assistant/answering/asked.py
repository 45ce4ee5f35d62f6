"""The things a question turns on: what is said to help or harm, what is treated, what is defined.

"Are weighted blankets any good for a sore back" is about blankets; sentences about sore backs
answer it only when one of them says blankets. "Could I hurt my back in a warehouse" is not about
warehouses. So only words that stand in one of a few places of an English question count, and of
these only names of things: what people take, eat, wear, use, do, have done or suffer from.
"""

from __future__ import annotations

import re
from functools import lru_cache

from assistant.answering.words import turning_words
from assistant.guardrail.spelling import english_words
from assistant.text import words

_VERB = r"(?:does|do|did|will|would|can|could|is|are|was|should|might|may|has|have)"
_ARTICLES = (
    r"(?:(?:an?|the|my|your|our|his|her|their|some|any|those|these|this|that|all|of|them|one)\s+)*"
)
_SORTS = r"(?:(?:types?|kinds?|sorts?)\s+of\s+)?"
_WHO = r"(?:i|you|we|he|she|they|u|ya|people|someone|anyone|somebody|a person|it|my \w+)"
_NAME = r"(?P<name>[\w'’ -]{2,60}?)"
_AFTER = r"(?=\s*(?:[?,.;!]|$|\b(?:and|at|when|without|after|in|on|from|with|for|by|so|or)\b))"
# What something is said to do or to be, in a question that asks whether it does or is.
_SAID_OF_IT = (
    r"(?:helps?|eases?|works?|cures?|fix(?:es)?|treats?|stops?|heals?|makes?|causes?|relieves?|"
    r"calms?|prevents?|hurt|harm|damage|improve|reduce|lower|strengthen|loosen|relax|do|bring|"
    r"take|get|give|put|keep|protect|shrink|melt|dissolve|repair|bad|good|any (?:good|use)|worth|"
    r"ok|okay|alright|all right|safe|better|useful|effective|real|dangerous|harmful|necessary|"
    r"needed|allowed|beat|fight|speed|slow|worsen|aggravate|trigger|set off|lead to|straighten|cut|"
    r"boost|touch|kill|numb|be)"
)
_TREAT = (
    r"(?:treat|fix|get rid of|help|ease|stop|heal|manage|loosen|lower|cure|calm|deal with|get over|"
    r"sort(?: out)?|strengthen|relieve|bring down|reduce|prevent|diagnose|test for|mend|repair)"
)
_CARE = (
    r"(?:treatments?|exercises?|stretch(?:es)?|surgery|operation|cure|fix|remed(?:y|ies)|brace|"
    r"splint|medicine|meds|injections?|shots?|rehab|recovery|symptoms|causes|signs|doctor|"
    r"specialists?)"
)
_NO_NAME = (
    r"(?!(?:best|good|right|point|difference|deal|way|signs?|symptoms?|causes?|risks?|recovery|"
    r"treatments?|chances?|odds|name|term|word|first|next|happening|wrong|going|it)\b)"
)
_PLACES = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        # does X help, is X safe
        rf"\b{_VERB}\s+(?!{_WHO}\b){_ARTICLES}{_SORTS}{_NAME}\s+"
        rf"(?:really |actually |ever |even |truly |just |still |also )?{_SAID_OF_IT}\b",
        # can I X with, is it ok to X after
        rf"\b(?:can|could|may|should|shall|(?:ok|okay|safe|fine|bad|alright)(?: for me)? to)\s+"
        rf"(?:i|you|we|he|she|people|someone)?\s*{_NAME}\s+"
        r"(?:with|after|during|while|before|if|when)\b",
        # X, any good?
        rf"(?:^|[.?!,]\s+){_ARTICLES}{_NAME},?\s+(?:any (?:good|use)|worth (?:it|a try|having)|"
        r"good for|ok for|safe for|yes or no|yay or nay|for (?:an?|my|the|his|her) )",
        # what about X, which X
        rf"\b(?:what about|how about|which)\s+(?!of\b){_ARTICLES}{_NAME}"
        r"(?=\s*(?:[?,.;!]|$|\b(?:is|are|do|does|can|should|would|will|for|with|to|in|helps?|works?)\b))",
    )
)
_CONDITIONS = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        # what is X
        rf"\b(?:what(?:'s|’s|s| is| are| was)|explain|define)\s+{_ARTICLES}{_NO_NAME}{_NAME}"
        r"(?=\s*(?:[?,.;!]|$|\b(?:and|exactly|anyway|then|mean|like|for|when|in)\b))",
        # how do I treat X
        r"\bhow\s+(?:do|does|can|could|would|should|to|might)\s+"
        rf"(?:{_WHO}\s+|(?:the )?doctors?\s+)?(?:best\s+)?{_TREAT}\s+{_ARTICLES}{_NAME}{_AFTER}",
        # what helps X
        r"\bwhat\s+(?:can |might |could |will |would )?(?:really |actually )?"
        r"(?:helps?|treats?|fixes|causes?|cures?|eases?|stops?|works (?:for|on)|brings on|"
        rf"triggers?|calms?|heals?|relieves?)\s+(?:with )?{_ARTICLES}{_NAME}{_AFTER}",
        # exercises for X
        rf"\b{_CARE}\s+(?:for|of|after|from)\s+{_ARTICLES}{_NAME}{_AFTER}",
    )
)
# Where a name ends and what is said of it begins: "those belts | like the ones at the shop".
_CUT = re.compile(
    r"\b(?:like|from|that|which|who|in|on|for|of|with|wear|at|to|by|into|between|than|as|when|"
    r"while|if|i|you|we|they|she|he|after|before|without|about|over|under)\b"
)
# Kinds of the thesaurus that name things (``training/thesaurus.py``): drugs, illnesses, care,
# parts of the body, food, animals and plants, substances, what people make, places.
_THINGS = frozenset("DSRBFAUTL")
_STRANGE = 5  # letters; shorter words that no dictionary has are slips
# Things by their name, but in questions mostly something else: "bin it", "all round", "get hurt".
_SELDOM = frozenset(
    "stick round box suit bin rubbish trap trapped plug mask door road set cut hit lump knot graft "
    "plumbing sack cramped leave kick shot shots ring pop jar jars patch spell turn bug pack kit "
    "couch potato cup top bottom left right back side front way place part spot line point "
    "level".split()
)


@lru_cache(maxsize=256)
def asked_about(question: str) -> frozenset[str]:
    """The words (lower case) of ``question`` that name a thing it turns on; often none."""
    told = _in(_PLACES, question) | _in(_CONDITIONS, question)
    named = {word for word in told - _SELDOM if _names_a_thing(word)}
    return frozenset(named | {word for word in _in(_CONDITIONS, question) if _is_strange(word)})


def _in(places: tuple[re.Pattern[str], ...], question: str) -> set[str]:
    found = (m["name"].lower() for place in places for m in place.finditer(question))
    return {word for name in found for word in words(_CUT.split(name)[0])}


def _names_a_thing(word: str) -> bool:
    # Most starts need no thesaurus; it is read with the first question of this shape.
    from assistant.verification.words import relations, stem

    return word in turning_words() or bool(relations(stem(word)).kinds & _THINGS)


def _is_strange(word: str) -> bool:
    """Whether ``word`` is in no dictionary here, as names of rare conditions are."""
    from assistant.verification.words import relations, stem

    return (
        len(word) >= _STRANGE
        and word.isalpha()
        and word not in english_words()
        and not relations(stem(word)).kinds
    )

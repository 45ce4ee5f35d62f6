"""Which parts of the body, or which people, an article is on, and which ones a question names."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources

from assistant.records import Article
from assistant.text import stems

_BACK = frozenset(stems("back spine spinal sciatica disc discs buttock coccyx sacroiliac"))

# Whom an article may be only for, by its title, and how a question names them: the young, women who
# expect a child, the old, people who have had or may have an operation.
_ONLY_FOR = tuple(
    frozenset(stems(names))
    for names in (
        "teenagers teens adolescents child children kid kids school student young son daughter "
        "grandson granddaughter boy girl backpack age years",
        "pregnancy pregnant baby birth expecting trimester postpartum midwife bump womb",
        "older old elderly seniors senior aging ageing age retired pensioner grandmother "
        "grandfather grandma grandpa gran nan 60 years",
        "surgery surgical surgeon operation operate op fusion discectomy microdiscectomy "
        "laminectomy decompression replacement knife",
    )
)
_AGE = re.compile(
    r"\b([1-9]\d)\b(?! ?(%|percent|minutes?|days?|weeks?|months?|times|mg|pounds|lbs|kg))"
)
# Parts of the body whose pain people name for one another.
_NEIGHBOURS = tuple(
    frozenset(stems(names))
    for names in (
        "head skull neck shoulder arm",
        "shoulder collarbone rotator bicep arm",
        "arm elbow forearm wrist hand hands knuckle thumb finger fingers",
        "hip thigh groin pelvis hamstring leg",
        "knee kneecap patella meniscus acl leg shin calf",
        "calf ankle achilles heel foot feet arch toe toes",
    )
)


@cache
def body_stems() -> frozenset[str]:
    """Stems of the words for parts of the body; the back is none of these."""
    text = resources.files("assistant").joinpath("data/subjects.toml").read_text(encoding="utf-8")
    return frozenset(stems(tomllib.loads(text)["subjects"]["body"]))


def parts_of(article: Article) -> frozenset[str]:
    """Stems of the people ``article`` is for, or of the parts of the body that it is about.

    No parts when the back is one of them: pain of the spine is felt far from it.
    """
    people = frozenset(stems(article.title)).intersection(frozenset().union(*_ONLY_FOR))
    if people:
        return people
    own = frozenset(stems(" ".join((article.title, *article.topics))))
    return frozenset() if own & _BACK else own & body_stems()


def named_in(text: str) -> frozenset[str]:
    """Stems of ``text``, with those of parts and people that are named for the ones it names."""
    words = frozenset(stems(text)) | ({"age"} if _AGE.search(text) else set())
    return words.union(*(near for near in (*_NEIGHBOURS, *_ONLY_FOR) if near & words))

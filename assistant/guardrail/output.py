"""Checks on every sentence of an answer before it is shown (catalogue section 5).

The checks look at clauses, not substrings: "do not stop your baclofen suddenly" passes.
"""

from __future__ import annotations

import re

from assistant.guardrail.types import Level

_CLAUSE = re.compile(r"(?<=[.!?;])\s+|,?\s+(?=(?:but|and then|however|although|so that)\s)")
_FORBIDS = re.compile(
    r"\b(?:do not|don't|never|should not|shouldn't|must not|avoid|not (?:safe )?to|unsafe to|"
    r"without (?:asking|talking)|instead of|rather than)\b",
    re.I,
)
_DRUG = (
    r"(?:baclofen|tizanidine|cyclobenzaprine|gabapentin|pregabalin|oxycodone|hydrocodone|tramadol|"
    r"morphine|opioids?|prednis\w+|steroids?|ibuprofen|naproxen|acetaminophen|paracetamol|tylenol|"
    r"advil|aleve|aspirin|warfarin|eliquis|blood thinners?|benzodiazepines?|xanax|valium|"
    r"diazepam|antidepressants?|medicines?|medications?|meds|pills?|tablets?|muscle relaxants?)"
)
_ALWAYS: tuple[tuple[str, re.Pattern[str], bool], ...] = tuple(
    (name, re.compile(pattern, re.I), negatable)
    for name, pattern, negatable in (
        ("dose", r"\b(?:take|use|try|double|increase|up to|start with)\b[^.]{0,40}\b\d[\d,.]*\s*"
                 r"(?:mg|milligrams?|mcg|g|grams?|ml|tablets?|pills?|capsules?|drops)\b", False),
        ("dose", r"\b\d[\d,.]*\s*(?:mg|mcg|milligrams?)\b[^.]{0,30}\b(?:a day|daily|every|per day|"
                 r"times|at bedtime|twice)\b", False),
        ("dose", r"\bevery (?:\d+|four|six|eight)(?:\s*(?:to|-|–)\s*\d+)? hours\b", False),
        ("dose", r"\b(?:double|halve|increase|raise|lower) (?:it|your dose|the dose)\b", True),
        ("start-stop-switch", rf"\b(?:stop|quit|skip|come off|wean off|taper(?: off)?|reduce|cut "
                              rf"down|start|switch to|restart)\b[^.]{{0,30}}\b{_DRUG}\b", True),
        ("start-stop-switch", r"\bcome off (?:it )?slowly\b|\byou can skip\b", True),
        ("combining", rf"\b(?:fine|ok|okay|safe|alright|can)\b[^.]{{0,30}}\b(?:take|mix|combine|"
                      rf"use|drink)\b[^.]{{0,40}}\b{_DRUG}\b[^.]{{0,20}}\b(?:with|and|together)\b",
         True),
        ("diagnosis", r"\byou (?:probably |likely |may well |almost certainly |clearly )?"
                      r"(?:have|are having|'ve got|are experiencing|are suffering from)\b"
                      r"(?! (?:any|a question|questions|the right|to\b|trouble|one of|been|had|"
                      r"pain|fever|numbness|other|new|these|signs|symptoms|tried|taken|used|seen|"
                      r"done|noticed|felt|asked|questioned|never|not|no\b|and\b|or\b|ever))",
         False),
        ("diagnosis", r"\b(?:sounds|looks) like (?:you|a|an|sciatica|cauda|your)\b|\byou're "
                      r"experiencing\b|\bthis is (?:a|an) (?:herniated|slipped|pinched|muscle|"
                      r"strain|sprain|spasm)\b|\b\d+ ?% (?:chance|likely)\b", False),
        ("ed-discouragement", r"\bno need (?:for|to go to|to call) (?:the )?(?:er|emergency|911|"
                              r"999|ambulance|hospital|doctor)\b|\bavoid the (?:er|emergency)\b|"
                              r"\b(?:don't|do not) (?:need|have) to (?:go to|see|call) (?:the |a )?"
                              r"(?:er|hospital|doctor|emergency|911)\b", False),
        ("exam-order", r"(?:^|[.;,]\s*)(?:please )?(?:get|have|order|ask for|request) (?:an? )?"
                       r"(?:mri|x-?ray|ct|scan|blood test)\b|\byou need an? (?:mri|x-?ray|ct|scan)"
                       r"\b|\bpress on\b|\btest (?:the )?(?:feeling|sensation)\b", True),
        ("interpretation", r"\byour (?:mri|x-?ray|ct|scan|labs?|results?|blood test) (?:shows?|"
                           r"means?|indicates?|suggests?|is normal|looks?)\b", False),
        ("lethal-detail", r"\b(?:lethal|fatal) (?:dose|amount)\b|"
                          r"\benough to (?:kill|die)\b", False),
        ("persona", r"\bas (?:a|your) (?:doctor|physician|nurse|clinician)\b(?!(?:,? or (?:your )?"
                    r"[a-z]+)* (?:told|tells|says|said|has|directs?|directed|prescribed|advise[sd]|"
                    r"recommend(?:s|ed)|suggest(?:s|ed)|explained|asks|asked|instruct(?:s|ed)|"
                    r"orders|ordered|wants|may|might|can|will|does))|\bi (?:recommend|"
                    r"diagnose|prescribe)\b|\bin my (?:clinical |medical |professional )?opinion\b",
         False),
        ("promise", r"\bwe(?:'ll| will) (?:get|fit|see) you (?:in )?(?:today|now)\b|\byou are "
                    r"covered\b|\bguarantee[ds]?\b|\bwill cure\b", False),
        ("blame", r"\byou should have\b|\bin your head\b|\byour (?:own )?fault\b", True),
        ("injected-instruction", r"\b(?:ignore|disregard|forget) (?:all |the |any |your )*"
                                 r"(?:above|previous|prior|earlier|instructions)\b|\bsystem prompt"
                                 r"\b|^\s*(?:system|assistant)\s*:", False),
    )
)  # fmt: skip
# Words that make what follows a condition, not a claim: "if you have ...".
_CONDITION = re.compile(
    r"\b(?:if|whether|when|unless|in case|once|where|until|while|do|did)\b", re.I
)
# "before you start", "if you can take": a subordinate clause, not an order.
_SUBORDINATE = re.compile(
    r"\b(?:before|when|if|after|until|unless|whether|while|once) (?:you|they|people|someone|he|she)"
    r"(?: (?:can|could|should|may|must|have to|need to|want to|are|is|ever|first|plan to|are going "
    r"to|were told to))?\s*$",
    re.I,
)
_ASK = re.compile(
    r"\b(?:ask|tell|talk (?:to|with)|speak (?:to|with)|check with|show|discuss|see|call|work with|"
    r"let)\b[^.;]*\b(?:doctor|pharmacist|prescriber|physiatrist|clinician|care team|nurse|provider|"
    r"therapist|surgeon|specialist)s?\b",
    re.I,
)
_ABOUT = re.compile(r"\b(?:about|if|whether|before|when|how|what|which)\b", re.I)
_QUESTION = re.compile(
    r"^\W*(?:how|what|when|where|which|who|why(?! (?:not|don't))|can|could|should|is|are|do|does|"
    r"did|will|would|may|must)\b[^.!]*\?\s*$",
    re.I,
)
_SOFTENED = frozenset({"diagnosis", "start-stop-switch", "combining"})
_REASSURE = re.compile(
    r"\bnothing to worry about\b|\b(?:usually|generally|mostly|often) (?:harmless|easy to treat|"
    r"not serious|benign)\b|\b(?:don't|do not|no need to) (?:panic|worry)\b|\bit will pass\b|"
    r"\bnot (?:serious|dangerous|an emergency)\b|\bthat's normal\b|\b(?:is|are) (?:perfectly )?"
    r"normal after\b|\beasy to treat\b|\b(?:usually|typically|normally) (?:resolves?|settles?|"
    r"goes? away|improves?|gets? better)\b|\bmost back pain improves\b|\byou(?:'re| are) fine\b",
    re.I,
)
_DELAY = re.compile(
    r"\bwait (?:a|an|one|two|\d+|until|and see|it out)\b|\bgive it (?:a|some|\d+|time)\b|\btry "
    r"(?:heat|ice|rest|stretch\w*) first\b|\bif (?:it|the pain) (?:is|does)(?: not|n't) (?:better|"
    r"improve) in\b",
    re.I,
)
_SELF_CARE = re.compile(
    r"\b(?:stretch(?:es|ing)?|heat(?:ing)? (?:pad|pack)?|ice|massage|foam roll\w*|brace|exercises?|"
    r"yoga|hot bath|manipulation)\b",
    re.I,
)


def violations(sentence: str, *, level: Level) -> list[str]:
    """Return the names of the rules that ``sentence`` breaks, empty when it may be shown.

    ``level`` is the decision in force: reassurance and advice to wait are only ever allowed when
    no flag is live, self-care only below urgent.
    """
    found: list[str] = []
    for clause in _CLAUSE.split(sentence.replace("\u2019", "'")):
        forbids = _FORBIDS.search(clause)
        for name, pattern, negatable in _ALWAYS:
            match = pattern.search(clause)
            if match is None or (negatable and forbids and forbids.start() <= match.start()):
                continue
            if name in _SOFTENED and all(
                _conditional(name, clause, each) for each in pattern.finditer(clause)
            ):
                continue
            found.append(name)
        found += _live(clause, level)
    return list(dict.fromkeys(found))


def _conditional(name: str, clause: str, match: re.Match[str]) -> bool:
    """Say whether the words stand in a condition, a question, or a talk with a clinician."""
    if _QUESTION.match(clause):
        return True
    before = clause[: match.start()]
    near = re.split(r"[,;:]", before)[-1]
    if name == "diagnosis":
        return bool(_CONDITION.search(near))
    inside = clause[: match.end()]
    told = re.split(r"[,;:]", inside)[-1]
    return bool(
        _SUBORDINATE.search(near)
        or (_ASK.search(before) and _ABOUT.search(near))
        or (name == "combining" and _ASK.search(before) and _ABOUT.search(told))
    )


def _live(clause: str, level: Level) -> list[str]:
    found = []
    if level >= Level.PROMPT:
        if _REASSURE.search(clause):
            found.append("reassurance")
        if _DELAY.search(clause):
            found.append("delay")
    forbids = _FORBIDS.search(clause)
    if level >= Level.URGENT and _SELF_CARE.search(clause) and not forbids:
        found.append("self-care")
    return found

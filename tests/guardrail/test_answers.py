"""Short replies to our own question: what they claim without a yes, and what they leave alone."""

from __future__ import annotations

import pytest

from assistant.guardrail import Level, Turn, assess

BACK = "my lower back went when I lifted a box"


def after(question: str, reply: str, first: str = BACK) -> Level:
    """The level after ``reply`` to ``question``."""
    said = [Turn("user", first), Turn("assistant", question), Turn("user", reply)]
    return assess(said)[-1].level


@pytest.mark.parametrize(
    ("question", "reply"),
    [
        ("Any fever, numbness between your legs, or trouble passing urine?", "the last, I think"),
        ("Any fever, or numbness around your bottom?", "temp is fine. the other one, a touch"),
        ("Have you lost any control of your bladder, and if so since when?", "since tuesday"),
        ("Can you pass urine as before?", "no"),
        ("Can you pass urine as usual?", "not really"),
        ("Is the pain in the one leg only?", "was. it's the pair of them since I got up"),
        ("¿Tiene fiebre o problemas para orinar?", "sí, lo último"),
        ("Does it hurt when you twist, or is there tightness in the chest?", "the second"),
    ],
)
def test_a_claim_without_a_yes_counts(question: str, reply: str) -> None:
    assert after(question, reply) is Level.EMERGENCY


def test_an_organ_answers_a_question_about_cancer() -> None:
    assert after("Any serious illness before, cancer for example?", "breast, 2011") is Level.URGENT


@pytest.mark.parametrize(
    ("question", "reply"),
    [
        ("Can you pass urine as before?", "yes, no problem"),
        ("Can you pass urine as before?", "no trouble at all"),
        ("Do you have any chest or breathing trouble?", "bit of asthma"),
        ("Have you lost any control of your bladder?", "only when I laugh, since the twins"),
        ("How long has it hurt, and is there any fever?", "since tuesday"),
        ("Did you fall, or can you not stand on the leg?", "no"),
    ],
)
def test_what_claims_nothing_stays_calm(question: str, reply: str) -> None:
    assert after(question, reply) < Level.PROMPT


def test_an_age_is_taken_from_the_question() -> None:
    said = [
        Turn("user", "my lad has had a sore back since the weekend"),
        Turn("assistant", "How old is he?"),
        Turn("user", "4 in march"),
    ]
    assert assess(said)[-1].level >= Level.URGENT


def test_an_age_can_be_put_right() -> None:
    fall = "im 24, fell off a step stool on to my backside and now my back is really sore"
    assert assess([Turn("user", fall)])[-1].level < Level.URGENT
    mended = assess([Turn("user", fall), Turn("user", "sorry 84 not 24")])[-1]
    assert mended.level >= Level.URGENT


@pytest.mark.parametrize(
    ("text", "least"),
    [
        ("se me cae la punta del pie al caminar desde hace una semana", Level.URGENT),
        ("me paso la esponja por la entrepierna y es como si tocara a otra persona",
         Level.EMERGENCY),
        ("me hice popó encima sin darme cuenta y traigo la espalda mal", Level.EMERGENCY),
        ("el hormigueo era en la pantorrilla izquierda. desde el sábado también en la derecha",
         Level.EMERGENCY),
    ],
)  # fmt: skip
def test_signs_told_in_spanish(text: str, least: Level) -> None:
    assert assess([Turn("user", text)])[-1].level >= least


@pytest.mark.parametrize(
    "text",
    [
        "Dos días con la espalda tiesa. Queda poco. ¿Ejercicios para la cintura?",
        "Zona lumbar, tres días. Baño templado y mejor. ¿Puedo nadar?",
        "¿Cuándo vuelvo a levantar pesas? La espalda está mucho mejor.",
    ],
)
def test_plain_spanish_words_are_no_signs(text: str) -> None:
    assert assess([Turn("user", text)])[-1].level < Level.PROMPT

from __future__ import annotations

from pathlib import Path

import pytest
from core_support import article, live, store, write_article

from assistant import chat
from assistant.answering.asked import asked_about
from assistant.answering.coverage import says_what_was_asked
from assistant.answering.demands import demands, meets_demands
from assistant.answering.errand import errand
from assistant.answering.fixed import fixed_reply, reply_to_errand
from assistant.answering.follow_up import FollowUp
from assistant.answering.leaning import listed_in
from assistant.answering.question import QuestionReader, is_yes_no
from assistant.answering.shapes import comparison_in, parts_of
from assistant.answering.spelling import Speller
from assistant.answering.terms import Vocabulary, said
from assistant.answering.topics import Topics
from assistant.answering.words import beside_the_point
from assistant.chat import Assistant
from assistant.contradiction import contradict
from assistant.corpus import load_articles
from assistant.glossary import Glossary, GlossaryEntry
from assistant.guardrail.types import Turn
from assistant.index.build import build_index
from assistant.index.lexis import Lexis
from assistant.index.live import LiveIndex
from assistant.phrases import phrase
from assistant.records import Library, Passage, Span
from assistant.reply import Reply
from assistant.retrieval import Query, Term
from assistant.settings import Settings
from assistant.testing import StemEmbedder

GLOSSARY = Glossary([GlossaryEntry(term="heat", also=("hot pack", "heating pad"))])
TABLETS = """## What are tablets for?

Tablets ease a sore back for a short time.

## What else is there?

Walking eases a sore back as well.
"""


@pytest.mark.parametrize(
    ("message", "parts"),
    [
        ("what is a strain and how long does it last", 2),
        ("what is sciatica? is it serious? who treats it?", 3),
        ("is heat and ice good for me", 1),
        ("I fell asleep on the couch and now I am stiff. what helps?", 1),
        ("what? why? how? who? when? where?", 1),
        ("what does the doctor ask and do", 1),
    ],
)
def test_several_questions_are_told_from_one(message: str, parts: int) -> None:
    assert len(parts_of(message)) == parts


@pytest.mark.parametrize(
    ("question", "sides"),
    [
        ("is heat or ice better for my back?", ("heat", "ice")),
        ("what is the difference between a strain and a sprain", ("strain", "sprain")),
        ("physiatrist vs chiropractor", ("physiatrist", "chiropractor")),
        ("should I rest or exercise", ("rest", "exercise")),
        ("is that ok or not", None),
        ("how long does it last", None),
    ],
)
def test_comparisons_are_recognised(question: str, sides: tuple[str, str] | None) -> None:
    found = comparison_in(question)
    assert (found and (found.first, found.second)) == sides


@pytest.mark.parametrize("question", ["can I swim", "Is it safe?", "heat on a burn, ok?"])
def test_yes_or_no_questions(question: str) -> None:
    assert is_yes_no(question)


@pytest.mark.parametrize("question", ["how can I swim", "What is it?", "why is heat ok"])
def test_questions_that_want_more_than_yes_or_no(question: str) -> None:
    assert not is_yes_no(question)


def test_a_short_question_needs_its_telling_word_said() -> None:
    smoking = Term(word="smoking", credit={"smoke": 1.0}, weight=0.9, known=True)
    worse = Term(word="worse", credit={"wors": 1.0}, weight=0.2, known=True)

    query = Query.of("does smoking make it worse", terms=(smoking, worse))
    assert not says_what_was_asked(query, {"wors", "stress"})
    assert says_what_was_asked(query, {"smoke"})
    assert said(query.terms, {"smoke"}) == pytest.approx(0.9 / 1.1)


@pytest.mark.parametrize(
    ("question", "beside"),
    [
        ("my back is killing me after gardening", {"after", "gardening"}),
        ("is slouching bad? my aunt swears it is", {"my", "aunt", "swears", "it"}),
        ("does kayaking help", set()),
    ],
)
def test_circumstances_and_asides_are_beside_the_point(question: str, beside: set[str]) -> None:
    assert beside_the_point(question) == beside


def test_a_plain_complaint_asks_for_no_diagnosis() -> None:
    assert reply_to_errand("my tailbone hurts when I sit") is None
    assert reply_to_errand("should I sleep on my stomach") is None
    found = reply_to_errand("what have i got, it hurts when i bend")
    assert found is not None
    assert found.id == "diagnosis"


def test_articles_on_what_was_not_asked_about_stand_elsewhere() -> None:
    titles = {
        "elbow": "Tennis elbow",
        "wrist": "Pain in the wrist",
        "teen": "Back pain in teenagers",
        "back": "Back pain",
    }
    articles = {name: article("Text.", name, title=title) for name, title in titles.items()}
    topics = Topics(Lexis.of(Library(articles, ())))
    assert topics.elsewhere("how long does back pain last") == {"elbow", "wrist", "teen"}
    assert topics.elsewhere("my elbow hurts") == {"teen"}  # pain of the arm is felt near it
    assert topics.elsewhere("back pain in my 14 year old") == {"elbow", "wrist"}


@pytest.fixture
def reader(built: Path) -> QuestionReader:
    index = live(built).current()
    lexis = index.lexis["en"]
    return QuestionReader(lexis, GLOSSARY, Vocabulary(index.library, lexis, StemEmbedder()))


def test_a_glossary_phrase_is_one_term_met_by_the_articles_word(reader: QuestionReader) -> None:
    (term,) = reader.read("my hot pack please").query.terms
    assert term.word == "hot pack"
    assert term.said_by({"heat"}) == 1.0
    assert term.said_by({"ice"}) == 0.0


def test_which_thing_was_asked_must_be_said() -> None:
    shoes = Term(word="shoes", credit={"shoe": 1.0}, weight=0.6, known=True)
    query = Query.of("which shoes should I wear all day on a sore back", terms=(shoes,))
    assert not says_what_was_asked(query, {"back", "sore"}, 0.99)
    assert says_what_was_asked(query, {"shoe"}, 0.0)


@pytest.mark.parametrize(
    ("question", "things"),
    [
        ("are weighted blankets any good for a sore back", {"blankets"}),
        ("do those copper sleeves on the telly help arthritis", {"copper"}),
        ("what is ehlers danlos and why do joints bend", {"ehlers", "danlos"}),
        ("how do you treat a torn meniscus", {"meniscus"}),
        ("can i ski after a hip replacement", {"ski"}),
        ("epsom salts for my back cramps", {"salts"}),
        ("my back hurts since i went skiing", set()),
        ("I hurt my back in a warehouse, what now", set()),
        ("should i just bin it and go to bed", set()),
    ],
)
def test_what_a_question_turns_on(question: str, things: set[str]) -> None:
    assert things <= asked_about(question)
    assert bool(things) == bool(asked_about(question))


def test_a_thing_that_was_asked_about_must_be_said_however_sure_the_rest_is() -> None:
    robot = Term(word="robot", credit={}, weight=1.0, known=False)
    cord = Term(word="cord", credit={"cord": 1.0}, weight=0.4, known=True)
    query = Query.of("are those robot suits any use after a cord injury", terms=(robot, cord))
    assert not says_what_was_asked(query, {"cord", "injuri"}, 0.99)

    story = Query.of("a robot ran me down, will a cord injury heal", terms=(robot, cord))
    assert says_what_was_asked(story, {"cord", "injuri"}, 0.0)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("how many shots can they put in a knee", "Ask how well an injection has worked."),
        ("how deep does the needle go", "A 2025 guideline advises against it."),
        ("does heat melt a slipped disc back into place", "Heat may relax a tight muscle."),
        ("when will tens rebuild the nerve", "The World Health Organization advises against it."),
        ("can i crack my own back", "Spinal manipulation often makes a joint crack."),
        ("can my boss fire me over my back", "Ask your boss for short-term changes."),
        ("who takes walk-ins near me", "Ask your doctor."),
        ("cuánto cuesta una consulta", "La ciática mejora en semanas."),
    ],
)
def test_what_only_certain_words_answer(question: str, answer: str) -> None:
    assert not meets_demands(question, answer)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("how many shots can they put in a knee", "Up to three injections a year are usual."),
        ("is my brother-in-law right about bed rest", "Bed rest does not help."),
        ("does the nerve grow back after ablation", "The nerve can grow again."),
        ("my scan was refused, are they being cheap", "Most people need no scan."),
    ],
)
def test_what_is_answered_after_all(question: str, answer: str) -> None:
    assert meets_demands(question, answer)


@pytest.mark.parametrize(
    ("message", "wanted"),
    [
        ("can I take ibuprofen and tylenol together", None),
        ("5mg or 10mg flexeril, which should i go with", "dose"),
        ("mri came back with modic changes, is that bad", "results"),
    ],
)
def test_mixing_medicines_is_a_question_and_amounts_are_none(
    message: str, wanted: str | None
) -> None:
    found = fixed_reply(message) or reply_to_errand(message)
    assert (found.id if found else None) == wanted


@pytest.mark.parametrize(
    ("first", "second", "opposite"),
    [
        ("Ice helps a fresh strain.", "Ice does not help a fresh strain.", True),
        ("Spasms settle in one to two weeks.", "Spasms settle in six weeks.", True),
        ("Spasms settle in one to two weeks.", "Spasms settle in 2 weeks.", False),
        ("Ice helps a fresh strain.", "Heat does not help old stiffness.", False),
        ("Do not use ice on numb skin.", "Never use ice on numb skin.", False),
    ],
)
def test_sentences_that_contradict_are_told(first: str, second: str, opposite: bool) -> None:
    assert contradict(first, second) is opposite


def test_an_outlook_is_demanded_and_met() -> None:
    (needed,) = demands("can stenosis be cured")
    assert needed.search("Spinal stenosis is a long-term condition.")
    assert not meets_demands("how many minutes does it take", "One of the tests is quick.")
    assert meets_demands("how many minutes does it take", "It takes 30 minutes.")


@pytest.mark.parametrize(
    ("message", "wanted"),
    [
        ("could you put me down for a visit on friday", "booking"),
        ("what is it that i have, just say it", "diagnosis"),
        ("how is sciatica treated", None),
        ("are muscle relaxants safe with alcohol", None),
        ("thin clear drip from my left ear since the crash yesterday, otherwise im ok", None),
        ("my feet went cold after the accident", None),
        ("quisiera una consulta el lunes por la tarde", "booking"),
    ],
)
def test_errands_are_told_from_questions(message: str, wanted: str | None) -> None:
    assert errand(message) == wanted


@pytest.fixture
def topics() -> Topics:
    articles = [article("Text.", name, title=name.title()) for name in ("heat", "ice", "walking")]
    return Topics(Lexis.of(Library({a.id: a for a in articles}, ())))


@pytest.mark.parametrize(
    ("turns", "resolved"),
    [
        (["what does heat do", "and walking?"], "what does walking do"),
        (["is a heating pad good", "no, I meant ice"], "is ice good"),
        (["is heat or ice better", "is the second one safe"], "is ice safe"),
        (["what does heat do", "what about ice?"], "what does ice do"),
        (["what does heat do", "is it safe"], "is heat safe"),
        (["what does heat do", "why?"], "Why: what does heat do"),
        (["what will they check", "and how long does it take"], None),
        (["is it raining", "what does walking do"], "what does walking do"),
        (["what does heat do", "what about ice?", "and walking?"], "what does walking do"),
        (
            ["is heat or ice better", "the second one. how long is it kept on"],
            "how long is ice kept on",
        ),
        (["is heat or ice better", "how long does it take"], "how long does heat or ice take"),
        (["is walking good for my back", "no, i meant my neck"], "is walking good for my neck"),
        (["what does heat do", "how do they use it"], "how do they use heat"),
        (
            ["what does heat do", "sorry i meant how long does a cold last"],
            "how long does a cold last",
        ),
        (["what does heat do", "different topic: how do i book"], "how do i book"),
        (
            ["what does heat do", "walking, how hard should that be"],
            "walking, how hard should that be",
        ),
        (["what does heat do", "¿y eso duele?"], "heat duele?"),
    ],
)
def test_follow_ups_stand_alone(topics: Topics, turns: list[str], resolved: str | None) -> None:
    found, _kinds = FollowUp(turns[:-1], topics, GLOSSARY).resolve(turns[-1])
    assert found.lower() == (resolved or f"how long does it take ({turns[0]})").lower()


def test_a_word_that_names_a_subject_is_no_slip() -> None:
    library = Library({"a": article("They met at college.", "a", title="A")}, ())
    speller = Speller(Lexis.of(library), GLOSSARY)
    assert speller.mend("colege") == "college"
    assert speller.mend("does collagen help") == "does collagen help"


def test_a_turn_leans_on_what_people_have_and_asks_what_helps_it() -> None:
    articles = [article("Text.", name, title=name) for name in ("sciatica", "ice", "driving")]
    headings = {
        "sciatica": "What are the symptoms of sciatica?",
        "ice": "Does ice help?",
        "driving": "When is a symptom an emergency?",
    }
    passages = tuple(
        Passage(
            id=a.id, article=a.id, heading_path=(headings[a.id],), span=Span(0, 5), sentences=()
        )
        for a in articles
    )
    topics = Topics(Lexis.of(Library({a.id: a for a in articles}, passages)))
    follow_up = FollowUp(["what is sciatica"], topics, GLOSSARY)
    assert follow_up.resolve("what about ice?")[0] == "does ice help sciatica?"
    assert follow_up.resolve("is driving ok")[0] == "is driving ok (sciatica)"
    assert follow_up.resolve("what is ice")[0] == "what is ice"
    assert follow_up.resolve("so is that a frozen toe")[0] == "is sciatica a frozen toe"


def test_the_third_one_is_the_third_of_the_list_that_was_shown(topics: Topics) -> None:
    answer = "Things that help:\n- ice [1]\n- heat [1]\n- walking a little [2]\n\nSources:\n[1] Ice"
    shown = listed_in(answer)
    assert shown == ("ice", "heat", "walking a little")
    follow_up = FollowUp(["what helps"], topics, GLOSSARY, shown)
    assert follow_up.resolve("tell me about the third one")[0] == "tell me about walking a little"
    assert (
        follow_up.resolve("tell me about the fourth one")[0]
        == "tell me about the fourth one (what helps)"
    )


@pytest.mark.parametrize(
    "message",
    [
        "one or two ibuprofen at night",
        "how far apart should I space tylenol",
        "how many pills can I take",
        "what is the highest amount of naproxen",
    ],
)
def test_amounts_are_declined_in_any_wording(message: str) -> None:
    reply = fixed_reply(message)
    assert reply
    assert reply.id == "dose"


@pytest.fixture
def assistant(monkeypatch: pytest.MonkeyPatch, corpus: Path, data_dir: Path) -> Assistant:
    monkeypatch.setattr(chat, "violations", lambda _text, **_: ())
    write_article(corpus, "tablets", TABLETS, title="Tablets", extra=["topics: [medicines]"])
    build_index(
        load_articles(corpus),
        data_dir=data_dir,
        store=store(data_dir),
        embedder=StemEmbedder(),
        glossary=GLOSSARY,
    )
    settings = Settings(corpus_dir=corpus, data_dir=data_dir)
    return Assistant(settings, LiveIndex(data_dir, store(data_dir), StemEmbedder()), StemEmbedder())


def says(assistant: Assistant, *texts: str) -> Reply:
    return assistant.reply([Turn("user", t) for t in texts])


def test_articles_that_disagree_are_both_shown_with_their_dates(
    assistant: Assistant, corpus: Path, data_dir: Path
) -> None:
    for name, days, year in (("lumbago", "two", 2020), ("lumbago-again", "six", 2024)):
        write_article(
            corpus,
            name,
            f"## How long does lumbago last?\n\nMild lumbago settles in {days} weeks.",
            title=name.title(),
            extra=[f"published: {year}-05-01"],
        )
    build_index(
        load_articles(corpus), data_dir=data_dir, store=store(data_dir), embedder=StemEmbedder()
    )
    reply = says(assistant, "How long does mild lumbago last?")
    assert [reply.words(s) for s in reply.sentences[:2]] in (
        ["Mild lumbago settles in two weeks.", "Mild lumbago settles in six weeks."],
        ["Mild lumbago settles in six weeks.", "Mild lumbago settles in two weeks."],
    )
    assert reply.sentences[0].citations != reply.sentences[1].citations
    assert "do not agree" in reply.note
    assert "01 May 2020" in reply.note
    assert "01 May 2024" in reply.note


def test_a_comparison_is_laid_side_by_side(assistant: Assistant) -> None:
    reply = says(assistant, "heat or ice packs for a fresh muscle strain or back spasm?")
    labels = [s.label for s in reply.sentences if s.label]
    assert labels == ["Heat", "Ice packs"]
    first = labels.index("Ice packs")
    assert "ice" not in reply.words(reply.sentences[first - 1]).lower()


def test_a_medicine_answer_says_whom_to_ask(assistant: Assistant) -> None:
    reply = says(assistant, "What are tablets for a sore back?")
    assert reply.kind == "answer"
    assert reply.note == phrase("pharmacist")  # the article has no such sentence


def test_a_treatment_answer_ends_with_the_articles_own_line(assistant: Assistant) -> None:
    reply = says(assistant, "What does heat do for tight muscles?")
    assert reply.kind == "answer"
    assert reply.words(reply.sentences[-1]).startswith("See a doctor when back pain lasts")


def test_each_of_two_questions_is_answered_and_the_rest_named(assistant: Assistant) -> None:
    reply = says(
        assistant, "What does heat do for tight muscles? Which ricotta goes into a lasagne?"
    )
    assert reply.kind == "answer"
    assert reply.sentences[0].label.startswith("What does heat do")
    assert "ricotta" in reply.note

"""The chat page. It draws what ``session.exchanges()`` holds, live and replayed alike."""

from __future__ import annotations

from concurrent.futures import wait

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from assistant.errors import AssistantError, StoreUnavailable
from assistant.guardrail.types import Decision, Level
from assistant.reply import Reply
from assistant.settings import Settings
from assistant.ui import language, safety, session, words
from assistant.ui.answers import draw_answer, draw_words
from assistant.ui.cards import broken_card, care_card, practice_phone
from assistant.ui.escaping import Html, fill, join, markdown_safe
from assistant.ui.feedback import draw_feedback
from assistant.ui.frame import emergency_row, open_page, scroll_to, top_row
from assistant.ui.lookup import find_steps
from assistant.ui.noting import draw_noted, kept_questions_notice, note_question
from assistant.ui.pain import draw_pain_button, draw_pain_form
from assistant.ui.practice import contact, practice_name, shows
from assistant.ui.session import Exchange, Problem
from assistant.ui.source_jump import SCRIPT as SOURCE_JUMP
from assistant.ui.spent import draw_spent
from assistant.ui.tools import SCRIPT as TOOLS
from assistant.ui.tools import draw_tools
from assistant.ui.visit import open_visit_link
from assistant.ui.writing import find_reply

_INPUT = "message"
_LONG_MESSAGE = 600  # characters; more than a phone's screen, so the rest opens on demand
_MOST_CHARACTERS = 20_000
_READY_GRACE_S = 0.15  # an assistant that is ready already must not show a waiting line first
_LOOK_EVERY_S = 1.0


def show_chat() -> None:
    """Draw the chat page."""
    settings = open_page()
    if settings is None:
        return
    status = _draw_bottom(settings)
    top_row(settings)
    landing = st.empty()  # emptied at once when the first question is asked
    history = session.exchanges()
    if session.pain_form_is_open() and shows("pain"):
        draw_pain_form(history)
        return
    if not history:
        with landing.container():
            _draw_landing(settings)
        return
    landing.html(
        fill(
            '<h1 class="pmr-hidden">{title}</h1>{jump}',
            title=words.TITLE,
            jump=join([SOURCE_JUMP, TOOLS]),
        ),
        unsafe_allow_javascript=True,
    )
    for position, exchange in enumerate(history):
        _draw_exchange(position, exchange, history, settings)
    if not _is_private(history):
        with st.container(horizontal=True, vertical_alignment="center", key="ways-on"):
            draw_pain_button("pain-again")
            open_visit_link()
    status.html(_spoken_status(len(history), history[-1]))


def _is_private(history: list[Exchange]) -> bool:
    """Whether the last reply is about despair or abuse: no form belongs below it."""
    outcome = history[-1].outcome
    message = outcome.decision.message if outcome is not None else None
    return message is not None and message.channel in ("crisis", "safeguarding")


def _draw_bottom(settings: Settings) -> DeltaGenerator:
    """Emergency line and input, on every state of the page and before any work is done."""
    with st.bottom:
        with emergency_row(settings):
            if session.exchanges():
                st.button(words.START_OVER, key="start-over", on_click=session.start_over)
        st.chat_input(
            words.INPUT, key=_INPUT, max_chars=_MOST_CHARACTERS, on_submit=_ask_what_was_typed
        )
        return st.empty()


def _ask_what_was_typed() -> None:
    session.close_pain_form()
    session.ask(st.session_state[_INPUT])


def _draw_landing(settings: Settings) -> None:
    st.html(
        fill(
            '<div class="pmr pmr-head"><h1>{title}</h1><p class="pmr-lead">{purpose}</p>'
            "<p>{can} {cannot}</p>{library}{phone}{kept}</div>",
            title=words.TITLE,
            purpose=words.PURPOSE.format(practice=practice_name(settings)),
            can=words.CAN_WRITE if settings.model else words.CAN,
            cannot=words.CANNOT,
            library=fill("<p>{text}</p>", text=text) if (text := words.LIBRARY_LANGUAGE) else "",
            phone=practice_phone(practice_name(settings), settings.practice_phone),
            kept=kept_questions_notice(settings),
        )
    )
    if shows("pain"):
        st.html(fill('<p class="pmr pmr-lead-in">{lead}</p>', lead=words.PAIN_INVITE))
        draw_pain_button("pain-first")
    future = session.opening(settings).future()
    wait([future], timeout=_READY_GRACE_S)
    if future.done():
        _draw_examples(settings)
    else:
        _wait_for_examples(settings)


@st.fragment(run_every=_LOOK_EVERY_S)
def _wait_for_examples(settings: Settings) -> None:
    """Look again until the assistant is there. The rest of the page can be used meanwhile."""
    if session.opening(settings).future().done():
        st.rerun()  # the first screen has no card that a rerun could take away
    st.html(fill('<p class="pmr pmr-wait" role="status">{text}</p>', text=words.GETTING_READY))


def _draw_examples(settings: Settings) -> None:
    try:
        assistant = session.opening(settings).future().result()
        questions = assistant.example_questions(language.drawn())
    except AssistantError as error:
        away = isinstance(error, StoreUnavailable)
        _draw_broken(settings, str(error), error.next_step, away=away)
        return
    except Exception:  # noqa: BLE001 - the edge: a patient must never see a traceback
        _draw_broken(settings, words.UNEXPECTED, words.UNEXPECTED_STEP)
        return
    _question_buttons(words.EXAMPLES, questions[:6], "example")


def _draw_broken(settings: Settings, message: str, next_step: str, *, away: bool = False) -> None:
    phone = practice_phone(practice_name(settings), settings.practice_phone)
    st.html(broken_card(message, next_step, phone, away=away))
    if not session.exchanges():
        st.button(words.TRY_AGAIN, key="try-again", on_click=_open_again, args=(settings,))


def _open_again(settings: Settings) -> None:
    session.opening(settings).future(retry=True)


def _draw_exchange(
    position: int, exchange: Exchange, history: list[Exchange], settings: Settings
) -> None:
    """One message and what came back. The only function that draws either, live or later."""
    last = position == len(history) - 1
    said_id, name = f"said-{position + 1}", f"reply-{position + 1}"
    with st.chat_message("user"):
        st.html(_said(exchange.said, said_id))
    with st.chat_message("assistant"):
        if exchange.outcome is None:
            turns = session.as_turns(history[:position], exchange.said)
            steps = find_steps(turns, settings, may_wait=last, fuller=exchange.fuller)
            find_reply(steps, exchange, name)
        if exchange.outcome is not None:
            _draw_outcome(exchange, exchange.outcome, name, settings, last=last)
            note_question(history[: position + 1], settings)
        draw_noted(exchange.noted, settings, name=name, last=last)
        draw_feedback(history[: position + 1], settings, name=name)
    if last:
        scroll_to(said_id)


def _draw_outcome(
    exchange: Exchange, outcome: Reply | Problem, name: str, settings: Settings, *, last: bool
) -> None:
    decision = outcome.decision
    if decision.message is not None:
        st.html(care_card(decision))
    if decision.ask:
        _draw_ask(decision.ask, name, last=last)
    _draw_clear(decision, name, last=last)
    if decision.level >= Level.URGENT:
        return  # only the card: no article may stand beside it, whatever else was found
    if isinstance(outcome, Problem) or outcome.kind == "care":
        _draw_problem(outcome, settings)
        if last and isinstance(outcome, Problem) and outcome.ours:
            _draw_retry(exchange, name)
        return
    if decision.message is not None:
        st.divider()
    _draw_reply(outcome, exchange.said, name, settings)
    if outcome.kind == "answer":
        draw_tools(exchange, outcome, settings, name, last=last)
    draw_spent(outcome, settings, name)
    suggestions = outcome.suggestions[:3] if last else ()
    _question_buttons(words.SUGGESTIONS if suggestions else "", suggestions, f"{name}-next")


def _draw_reply(reply: Reply, said: str, name: str, settings: Settings) -> None:
    if reply.kind != "answer":
        draw_words(reply, name)
        if reply.contact:
            st.html(fill('<div class="pmr">{lines}</div>', lines=contact(settings)))
        return
    draw_answer(reply, said, name)
    with st.expander(words.HELP_BOX, key=f"{name}-help"):
        st.html(fill('<div class="pmr"><p>{text}</p></div>', text=safety.help_text(settings)))


def _draw_problem(outcome: Reply | Problem, settings: Settings) -> None:
    if isinstance(outcome, Reply):
        if outcome.text:  # the card stands, but the articles could not be read
            _draw_broken(settings, outcome.text, "")
    elif outcome.ours:
        _draw_broken(settings, outcome.message, outcome.next_step, away=outcome.away)
    else:
        text = f"{outcome.message} {outcome.next_step}"
        st.html(fill('<div class="pmr"><p>{text}</p></div>', text=text))


def _draw_retry(exchange: Exchange, name: str) -> None:
    st.button(
        words.TRY_AGAIN,
        key=f"{name}-retry",
        on_click=session.look_again,
        args=(exchange,),
        kwargs={"fuller": exchange.fuller},
    )


def _draw_ask(question: str, name: str, *, last: bool) -> None:
    choices = (words.YES, words.NO, words.UNSURE) if last else ()
    _question_buttons(question, choices, f"{name}-ask")


def _draw_clear(decision: Decision, name: str, *, last: bool) -> None:
    """Someone who is being watched may need to leave nothing on the screen."""
    if last and decision.message is not None and decision.message.channel == "safeguarding":
        st.button(words.CLEAR, key=f"{name}-clear", on_click=session.start_over)


def _question_buttons(lead: str, questions: tuple[str, ...], name: str) -> None:
    """Messages to send with one tap, under the words that introduce them.

    The place is kept without buttons too: what stood there is then gone before the page scrolls.
    """
    place = st.empty()
    if not lead:
        return
    with place.container(gap="xsmall", key=f"{name}-buttons"):
        st.html(fill('<p class="pmr pmr-lead-in">{lead}</p>', lead=lead))
        with st.container(horizontal=True, gap="xsmall"):
            for position, question in enumerate(questions):
                st.button(
                    markdown_safe(question),
                    key=f"{name}-{position}",
                    on_click=session.ask,
                    args=(question,),
                )


def _said(text: str, said_id: str) -> Html:
    if len(text) <= _LONG_MESSAGE:
        return fill('<p class="pmr pmr-said" id="{id}">{text}</p>', id=said_id, text=text)
    return fill(
        '<div class="pmr" id="{id}"><p class="pmr-said">{start}…</p>'
        '<details><summary>{label}</summary><p class="pmr-said">{text}</p></details></div>',
        id=said_id,
        start=text[:_LONG_MESSAGE].rstrip(),
        label=words.SHOW_ALL,
        text=text,
    )


def _spoken_status(count: int, exchange: Exchange) -> Html:
    """What a screen reader says once an answer is there; the number makes each one new."""
    outcome = exchange.outcome
    message = outcome.decision.message if outcome else None
    parts: list[Html] = []
    if message is not None:
        parts.append(fill(words.SAY_CARE + " ", count=str(count), headline=message.headline))
    if isinstance(outcome, Reply) and outcome.citations:
        sources = len(outcome.citations)
        template = words.SAY_ANSWER_ONE if sources == 1 else words.SAY_ANSWER
        parts.append(fill(template, count=str(count), sources=str(sources)))
    elif isinstance(outcome, Problem) and outcome.ours:
        parts.append(fill(words.SAY_BROKEN))
    elif message is None:
        parts.append(fill(words.SAY_REPLY, count=str(count)))
    return fill('<div class="pmr-hidden" role="status">{text}</div>', text=join(parts))

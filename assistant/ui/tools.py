"""What a reader can do with an answer: hear more or less of it, take it away, print the page."""

from __future__ import annotations

import streamlit as st

from assistant.reply import Reply, writing_lines
from assistant.settings import Settings
from assistant.ui import session, words
from assistant.ui.article_facts import review_facts
from assistant.ui.escaping import Html, fill, markdown_safe
from assistant.ui.practice import practice_name
from assistant.ui.session import Exchange

# A browser gives the clipboard to secure pages only; elsewhere a selection is copied, which all
# know. The page may draw this script again; one listener is enough.
SCRIPT = Html("""<script>
if (!window.pmrTools) {
  window.pmrTools = true;
  const copySelected = element => {
    const range = document.createRange();
    element.hidden = false;
    range.selectNodeContents(element);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    const done = document.execCommand("copy");
    getSelection().removeAllRanges();
    element.hidden = true;
    return done ? Promise.resolve() : Promise.reject();
  };
  document.addEventListener("click", event => {
    const button = event.target.closest?.("button.pmr-tool");
    if (!button) return;
    if (button.value === "print") { print(); return; }
    const text = document.getElementById(button.value);
    const said = button.parentElement.querySelector("[role=status]");
    const written = navigator.clipboard
      ? navigator.clipboard.writeText(text.textContent).catch(() => copySelected(text))
      : copySelected(text);
    written.then(() => { said.textContent = button.dataset.done; }, () => {});
  });
}
</script>""")


def draw_tools(
    exchange: Exchange, reply: Reply, settings: Settings, name: str, *, last: bool
) -> None:
    """Draw them below the answer ``reply``; ``name`` tells it from the others."""
    if last and (exchange.fuller or len(reply.sentences) >= settings.answer_sentences):
        label = words.SAY_LESS if exchange.fuller else words.SAY_MORE
        st.button(
            markdown_safe(label),
            key=f"{name}-length",
            on_click=session.look_again,
            args=(exchange,),
            kwargs={"fuller": not exchange.fuller},
        )
    st.html(
        fill(
            '<div class="pmr pmr-tools"><pre id="{name}-copy" hidden>{text}</pre>'
            '<button type="button" class="pmr-tool" value="{name}-copy" data-done="{done}">{copy}'
            '</button> <button type="button" class="pmr-tool" value="print">{print}</button>'
            ' <span role="status"></span></div>',
            name=name,
            text=as_text(exchange.said, reply, practice_name(settings)),
            done=words.COPIED,
            copy=words.COPY,
            print=words.PRINT,
        )
    )


def as_text(said: str, reply: Reply, practice: str) -> str:
    """The question, the answer and its sources with their review, for a message or a note."""
    lines = [said, ""]
    for sentence in reply.sentences:
        numbers = "".join(f" [{n}]" for n in sentence.citations)
        start = "- " if sentence.kind == "item" else ""
        lines.append(f"{start}{reply.marked_words(sentence)}{numbers}")
    lines += ["", reply.note] if reply.note else []
    lines += writing_lines(reply)
    lines.append("")
    for citation in reply.citations:
        article = reply.article(citation.article)
        place = " > ".join([article.title, *citation.section]).rstrip(".")
        lines.append(f"[{citation.number}] {place}. {review_facts(article)}")
    return "\n".join([*lines, "", words.COPY_NOTE.format(practice=practice)])

"""The staff's Quality page, and what it says when it cannot be drawn."""

from __future__ import annotations

from assistant.settings import Settings
from assistant.ui import quality_words as words
from assistant.ui.staff_frame import draw_problem, explained, open_staff_page


def show_quality() -> None:
    """Draw the page; whatever is wrong with the runs is said in words.

    ``assistant.ui.staff`` offers it to staff only.
    """
    settings = open_staff_page(words.PAGE, words.INTRO)
    if settings is None:
        return
    with explained(words.BROKEN, words.BROKEN_STEP):
        _draw(settings)


def _draw(settings: Settings) -> None:
    try:
        from assistant.ui.quality_view import draw_runs
    except ModuleNotFoundError as error:
        if error.name is None or not error.name.startswith("evals"):
            raise
        draw_problem(words.NO_EVALS, words.NO_EVALS_STEP)
        return
    draw_runs(settings)

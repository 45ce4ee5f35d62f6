"""``pmr-assistant``: where every command starts.

``triage`` must be there at once, so its plain forms are read here; everything else, and every
form of it that needs explaining, is left to the command line proper.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence

_COLLECTED_AFTER = 100_000  # objects more than there were; Python's own number is 700


def main() -> None:
    """Run the command that the arguments name."""
    # Rules, words and modules are made once and kept: looking through them again and again for
    # what could be thrown away took a sixth of the time to the first answer.
    gc.set_threshold(_COLLECTED_AFTER)
    if not _triaged(sys.argv[1:]):
        from assistant.cli import main as run

        run()


def _triaged(arguments: Sequence[str]) -> bool:
    """Whether this was a plain ``triage``, and is done."""
    plain = _plain_triage(arguments)
    if plain is None:
        return False
    from assistant.errors import AssistantError
    from assistant.triage import place, triage_text

    try:
        country, phone = place()
    except AssistantError:
        return False  # the command line says what is wrong with the settings
    message, as_json = plain
    print(triage_text(message, country, phone, as_json=as_json))  # noqa: T201 - its answer
    return True


def _plain_triage(arguments: Sequence[str]) -> tuple[str, bool] | None:
    """Message and ``--json`` of ``triage``, or ``None`` for anything else that was typed."""
    if arguments[:1] != ["triage"]:
        return None
    given = [argument for argument in arguments[1:] if argument != "--json"]
    if len(given) != 1 or given[0].startswith("-"):
        return None
    return given[0], len(given) < len(arguments) - 1


if __name__ == "__main__":
    main()

"""``python -m evals``: every suite over all cases, the report, and the gate."""

from __future__ import annotations

import sys

from rich.console import Console

from assistant.errors import AssistantError


def main() -> int:
    """Run everything; 0 when the gate holds, 1 when it does not, 2 when it cannot run."""
    from evals.everything import run_everything

    console = Console(stderr=True, soft_wrap=True, highlight=False, markup=False)
    if len(sys.argv) > 1:
        console.print(
            "python -m evals runs everything and takes no options. "
            "To run a part, use: pmr-assistant eval run --help"
        )
        return 2
    try:
        return run_everything()
    except AssistantError as error:
        console.print(f"{error}\n{error.next_step}")
        return 2
    except KeyboardInterrupt:
        console.print("Interrupted. Nothing was lost; run the same command again to go on.")
        return 130


if __name__ == "__main__":
    sys.exit(main())

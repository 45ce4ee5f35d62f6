"""What one answer costs a chat process and its Chroma server, in processor time and memory.

Run with ``python -m benchmarks.serving [PID of the Chroma server]`` over an index that is there
(``PMR_DATA_DIR``, ``PMR_CHROMA_URL``). Processor time changes less
on a busy machine than the clock does, so no seconds are printed. Memory and the server's time are
read from /proc (Linux).
"""

from __future__ import annotations

import logging
import os
import random
import statistics
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.machine import machine

if TYPE_CHECKING:
    from assistant.chat import Assistant

WARM, ASKED = 20, 60
WARNING = "I have had back pain for {days} days and I cannot feel my legs"
_TICKS = os.sysconf("SC_CLK_TCK")


class Requests(logging.Handler):
    """Counts what httpx sends; it tells its log each time."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.sent = 0
        log = logging.getLogger("httpx")
        log.setLevel(logging.INFO)
        log.propagate = False
        log.addHandler(self)

    def emit(self, _record: logging.LogRecord) -> None:
        """One more."""
        self.sent += 1


def memory_mb(pid: int | str = "self") -> tuple[float, float]:
    """Memory of a process, in all and its own alone (what no other process maps), in MB."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    kb = {
        name: int(rest.split()[0]) for name, _, rest in (line.partition(":") for line in lines[1:])
    }
    return kb["Rss"] / 1024, (kb["Private_Clean"] + kb["Private_Dirty"]) / 1024


def processor_ms(pid: int) -> float:
    """Processor time that a process has had."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return 1000 * (int(fields[11]) + int(fields[12])) / _TICKS


def questions(assistant: Assistant) -> list[str]:
    """Headings of the articles that are questions, no two alike, in one mixed order."""
    headings = {passage.heading for passage in assistant.current_index().library.passages}
    found = sorted(heading for heading in headings if heading.endswith("?"))
    random.Random(8).shuffle(found)
    return found[: WARM + ASKED]


def spent(assistant: Assistant, asked: Sequence[str]) -> list[float]:
    """Processor time of each answer, in ms."""
    from assistant.guardrail.types import Turn

    times = []
    for question in asked:
        start = time.process_time()
        assistant.reply([Turn("user", question)])
        times.append(1000 * (time.process_time() - start))
    return times


def main(server: int | None) -> None:
    """Print the table."""
    from assistant.opening import open_assistant
    from assistant.settings import load_settings

    print(machine())
    requests = Requests()
    start = time.process_time()
    assistant = open_assistant(load_settings())
    assistant.warm_up()
    ready = 1000 * (time.process_time() - start)
    asked = questions(assistant)
    first = spent(assistant, asked[:WARM])
    sent, before = requests.sent, processor_ms(server) if server else 0.0
    later = sorted(spent(assistant, asked[WARM:]))
    sent, count = requests.sent - sent, len(later)
    on_server = processor_ms(server) - before if server else 0.0
    spread = (statistics.median(later), later[round(0.95 * (count - 1))], later[-1])
    care = spent(assistant, [WARNING.format(days=n) for n in range(count)])
    rows = [
        ("Start to ready", f"{ready:8.0f} ms of processor time"),
        (f"Answer, the first {len(first)}", f"{statistics.mean(first):8.0f} ms"),
        (f"Answer, the next {count}", f"{statistics.mean(later):8.0f} ms, no question twice"),
        ("  middle, 95%, largest", "{:8.0f}, {:.0f}, {:.0f} ms".format(*spread)),
        ("  requests to Chroma", f"{sent / count:8.1f}"),
        ("  in the Chroma server", f"{on_server / count:8.1f} ms"),
        ("Care message", f"{statistics.mean(care):8.1f} ms"),
        ("Memory", "{:8.0f} MB, {:.0f} of it its own".format(*memory_mb())),
    ]  # fmt: skip
    if server:
        rows.append(
            ("Memory of the server", "{:8.0f} MB, {:.0f} its own".format(*memory_mb(server)))
        )
    for name, value in rows:
        print(f"{name:24s} {value}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else None)

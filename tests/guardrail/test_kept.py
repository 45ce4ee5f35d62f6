"""What is kept of the rule files makes a start quicker and changes no decision."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.guardrail import kept, reading, rulefiles
from assistant.guardrail.decide import Setting, _decisions
from assistant.guardrail.reading import read_rules
from assistant.guardrail.rulebook import _rulebook, data_folder, load_rulebook
from assistant.guardrail.rulefiles import RuleFiles, sources
from assistant.guardrail.types import Turn

FILES = sources(data_folder())
READ = read_rules(FILES)
CASES = Path(__file__).resolve().parents[2] / "evals" / "cases" / "guardrail"


def same(one: RuleFiles, other: RuleFiles) -> bool:
    mine, others = one.lexicon, other.lexicon
    return one.values == other.values and (
        mine.fillers, mine.prefixes, mine.forms, mine.meanings, mine.rows,
    ) == (others.fillers, others.prefixes, others.forms, others.meanings, others.rows)  # fmt: skip


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """One number for each time that the files are read."""
    counted: list[int] = []

    def read(files: rulefiles.Sources) -> RuleFiles:
        counted.append(len(files))
        return READ

    monkeypatch.setattr(reading, "read_rules", read)
    return counted


def test_what_is_kept_is_what_was_read(tmp_path: Path, reads: list[int]) -> None:
    file = tmp_path / "compiled" / "rules"
    assert kept.kept_rules(FILES, file) is READ
    again = kept.kept_rules(FILES, file)
    assert len(reads) == 1
    assert again is not READ
    assert same(again, READ)
    assert [path.name for path in file.parent.iterdir()] == ["rules"]


def test_decisions_are_the_same_with_and_without_it(tmp_path: Path) -> None:
    file = tmp_path / "compiled" / "rules"
    kept.kept_rules(FILES, file)
    fresh, taken_up = load_rulebook(data_folder()), _rulebook(kept.kept_rules(FILES, file))
    lines = (CASES / "dev.jsonl").read_text(encoding="utf-8").splitlines()[::5]
    assert len(lines) > 50
    for line in lines:
        turns, setting = [Turn("user", json.loads(line)["text"])], Setting("US", None)
        assert _decisions(turns, taken_up, setting) == _decisions(turns, fresh, setting)


def _flipped(place: float) -> Callable[[bytes], bytes]:
    def flip(data: bytes) -> bytes:
        at = int(place * (len(data) - 1))
        return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]

    return flip


@pytest.mark.parametrize(
    "damage",
    [
        *map(_flipped, (0, 0.00002, 0.00005, 0.00007, 0.00008, 0.00009, 0.0001, 0.3, 0.7, 0.99, 1)),
        lambda data: b"",
        lambda data: data[: len(data) // 2],
        lambda data: data + b"x",
        lambda data: b"[]\n" + data.partition(b"\n")[2],
        lambda data: b"{}\n",
    ],
)
def test_a_damaged_file_is_ignored_and_replaced(
    tmp_path: Path, reads: list[int], damage: Callable[[bytes], bytes]
) -> None:
    file = tmp_path / "compiled" / "rules"
    kept.kept_rules(FILES, file)
    whole = file.read_bytes()
    file.write_bytes(damage(whole))
    assert kept.kept_rules(FILES, file) is READ
    assert len(reads) == 2
    assert file.read_bytes() == whole


@pytest.mark.parametrize("name", list(FILES)[::9])
def test_of_other_rules_nothing_is_taken_up(tmp_path: Path, reads: list[int], name: str) -> None:
    file = tmp_path / "compiled" / "rules"
    kept.kept_rules(FILES, file)
    kept.kept_rules({**FILES, name: FILES[name] + b"\n# another word"}, file)
    kept.kept_rules({key: data for key, data in FILES.items() if key != name}, file)
    assert len(reads) == 3


def test_of_other_code_nothing_is_taken_up(
    tmp_path: Path, reads: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "compiled" / "rules"
    kept.kept_rules(FILES, file)
    code = tmp_path / "code"
    code.mkdir()
    for path in kept._CODE.glob("*.py"):
        (code / path.name).write_bytes(path.read_bytes())
    monkeypatch.setattr(kept, "_CODE", code)
    kept.kept_rules(FILES, file)
    assert len(reads) == 1
    with (code / "phrases.py").open("a", encoding="utf-8") as out:
        out.write("# another word\n")
    kept.kept_rules(FILES, file)
    assert len(reads) == 2


def test_where_nothing_can_be_written_the_files_are_read(tmp_path: Path, reads: list[int]) -> None:
    (tmp_path / "compiled").write_text("a file in the way")
    for _ in range(2):
        assert kept.kept_rules(FILES, tmp_path / "compiled" / "rules") is READ
    assert len(reads) == 2


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_others_on_the_machine_can_read_it(tmp_path: Path) -> None:
    """An image is made by one account and used by another."""
    file = tmp_path / "compiled" / "rules"
    kept.kept_rules(FILES, file)
    plain = tmp_path / "plain"
    plain.touch()
    assert file.stat().st_mode == plain.stat().st_mode


def test_two_starts_keep_the_same_bytes(tmp_path: Path) -> None:
    """Nothing in it depends on the order of a set, which differs from start to start."""
    code = (
        "import sys, pathlib; from assistant.guardrail import kept, rulebook, rulefiles;"
        "kept.kept_rules(rulefiles.sources(rulebook.data_folder()), pathlib.Path(sys.argv[1]))"
    )
    files = [tmp_path / name / "rules" for name in ("one", "two")]
    for seed, file in enumerate(files):
        command = [sys.executable, "-c", code, str(file)]
        subprocess.run(command, check=True, env={"PYTHONHASHSEED": str(seed)}, timeout=120)
    assert files[0].read_bytes() == files[1].read_bytes()

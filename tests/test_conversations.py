from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import pytest

from assistant.conversations import read_cases, text_case
from assistant.errors import IndexMissing, InputInvalid
from assistant.guardrail.types import Decision, Level, Turn
from assistant.reply import Reply


def write(folder: Path, content: str | bytes) -> Path:
    path = folder / "cases.jsonl"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def typed(text: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(text.encode()), encoding="ascii")


def test_lines_of_text_and_of_turns(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        '{"id": "a", "text": "Why?"}\n\n'
        '{"id": 7, "turns": ["One", {"role": "assistant", "text": "Two"}, {"text": "Three"}]}\r\n'
        '{"text": "a\u2028b"}',
    )
    one, two, three = read_cases(path)
    assert (one.id, one.turns, one.as_turns) == ("a", (Turn("user", "Why?"),), False)
    assert (two.id, two.as_turns) == ("7", True)
    assert two.turns == (Turn("user", "One"), Turn("assistant", "Two"), Turn("user", "Three"))
    assert three.turns[0].text == "a\u2028b"


BAD_LINES = {
    "not JSON": "nonsense",
    "cut off": '{"text": "a',
    "a list": "[1]",
    "a text": '"hello"',
    "nothing": "{}",
    "text is a number": '{"text": 5}',
    "text is null": '{"text": null}',
    "turns empty": '{"turns": []}',
    "turns null": '{"turns": null, "text": "x"}',
    "turn is a number": '{"turns": ["a", 1]}',
    "unknown role": '{"turns": [{"role": "system", "text": "x"}, "a"]}',
    "turn without text": '{"turns": [{"role": "user"}]}',
    "ends with the assistant": '{"turns": ["a", {"role": "assistant", "text": "b"}]}',
    "nested without end": '{"text":' + "[" * 100_000,
    "a number of 5,000 digits": '{"text": "a", "id": ' + "1" * 5000 + "}",
}


@pytest.mark.parametrize("name", BAD_LINES)
def test_a_bad_line_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputInvalid, match=r"^Line 3\b") as caught:
        read_cases(write(tmp_path, f'{{"text": "fine"}}\n\n{BAD_LINES[name]}\n'))
    assert '"turns"' in caught.value.next_step


@pytest.mark.parametrize("content", [b"\xff\xfe", b'{"text": "\xe9"}'])
def test_a_file_that_is_not_utf8_is_explained(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(InputInvalid, match="cannot be read"):
        read_cases(write(tmp_path, content))


def test_a_missing_file_and_a_folder_are_explained(tmp_path: Path) -> None:
    for path in (tmp_path / "gone.jsonl", tmp_path):
        with pytest.raises(InputInvalid, match="cannot be read"):
            read_cases(path)


def test_a_byte_order_mark_is_no_part_of_a_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert read_cases(write(tmp_path, b'\xef\xbb\xbf{"text": "x"}'))
    monkeypatch.setattr("sys.stdin", typed('\ufeff{"text": "x"}'))
    assert read_cases(Path("-"))


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", typed('{"text": "x"}\n'))
    assert read_cases(Path("-"))[0].turns == (Turn("user", "x"),)


def test_half_a_surrogate_pair_is_replaced(tmp_path: Path) -> None:
    line = r'{"id": "\udfff", "turns": ["a \ud800 b", {"text": "\udc00"}, "\ud83d\ude00"]}'
    case = read_cases(write(tmp_path, line))[0]
    assert [t.text for t in case.turns] == ["a \ufffd b", "\ufffd", "\U0001f600"]
    assert case.id == "\ufffd"
    assert text_case("\udcff").turns[0].text == "\ufffd"


class Answering:
    def __init__(self, problem: Exception) -> None:
        self.problem = problem

    def reply(self, turns: Sequence[Turn]) -> Reply:
        raise self.problem

    def assess(self, turns: Sequence[Turn]) -> tuple[Decision, ...]:
        return (Decision(level=Level.NONE),)


def test_a_message_that_cannot_be_used_is_declined_and_the_rest_goes_on() -> None:
    values = text_case("").answer(Answering(InputInvalid("Your message is empty.")))
    assert values["kind"] == "declined"
    assert values["text"].startswith("Your message is empty.")


def test_a_missing_index_stops_the_run() -> None:
    with pytest.raises(IndexMissing):
        text_case("x").answer(Answering(IndexMissing("none")))

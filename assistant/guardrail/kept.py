"""The rule files as they were read, kept beside the code so that the next start need not.

Reading them takes half a second, taking them up again a fiftieth of that. What is kept counts only
for the very files and the very code that it was made of, byte by byte, and only as it was written:
anything else is ignored and the files are read. So it can make a start quicker and nothing else.
Where the folder may not be written, every start reads the files.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from array import array
from contextlib import suppress
from pathlib import Path

from assistant.guardrail.lexicon import NUMBERS, Lexicon
from assistant.guardrail.rulefiles import RuleFiles, Sources

_CODE = Path(__file__).parent
_FILE = _CODE / "compiled" / "rules"


def kept_rules(files: Sources, file: Path = _FILE) -> RuleFiles:
    """What ``files`` say: as ``file`` keeps it, else read, and then kept there.

    Raises:
        RuleFileError: as :func:`assistant.guardrail.reading.read_rules`.
    """
    try:
        return _unpacked(file.read_bytes(), _key(files))
    except Exception:  # noqa: BLE001 - not there, older, damaged: the files are there
        pass
    from assistant.guardrail.reading import read_rules

    read = read_rules(files)
    with suppress(OSError):
        _write(file, _packed(read, _key(files)))
    return read


def _key(files: Sources) -> str:
    """Changes with every byte of the rules and of the code, and with how numbers are written."""
    digest = hashlib.sha256(f"{sys.byteorder} {array(NUMBERS).itemsize}".encode())
    code = {path.name: path.read_bytes() for path in sorted(_CODE.glob("*.py"))}
    for name, data in (*files.items(), *code.items()):
        digest.update(f"{name}\0{len(data)}\0".encode() + data)
    return digest.hexdigest()


def _packed(read: RuleFiles, key: str) -> bytes:
    """One line that says what follows: JSON, then the rows of the lexicon."""
    lexicon = read.lexicon
    words = {
        "fillers": sorted(lexicon.fillers),
        "prefixes": sorted(lexicon.prefixes),
        "forms": list(lexicon.forms),
        "meanings": [list(names) for names in lexicon.meanings],
    }
    said = json.dumps({"values": read.values, "words": words}, ensure_ascii=False).encode()
    parts = [said, *(row.tobytes() for row in lexicon.rows)]
    lengths, body = [len(part) for part in parts], b"".join(parts)
    head = {"key": key, "sum": _sum(lengths, body), "parts": lengths}
    return json.dumps(head).encode() + b"\n" + body


def _unpacked(data: bytes, key: str) -> RuleFiles:
    """Raises ``ValueError`` (or what its parts raise) unless this is what was packed as ``key``."""
    line, _, body = data.partition(b"\n")
    head = json.loads(line)
    if head["key"] != key:
        raise ValueError("they are of other files")
    if head["sum"] != _sum(head["parts"], body):
        raise ValueError("they are damaged")
    at, parts = 0, []
    for length in head["parts"]:
        parts.append(body[at : at + length])
        at += length
    said = json.loads(parts[0])
    words, rows = said["words"], []
    for part in parts[1:]:
        rows.append(array(NUMBERS))
        rows[-1].frombytes(part)
    edges, labels, ends, ended = rows
    lexicon = Lexicon(
        frozenset(words["fillers"]), frozenset(words["prefixes"]), words["forms"],
        words["meanings"], (edges, labels, ends, ended),
    )  # fmt: skip
    return RuleFiles(said["values"], lexicon)


def _sum(lengths: list[int], body: bytes) -> str:
    return hashlib.sha256(f"{lengths}".encode() + body).hexdigest()


def _write(file: Path, data: bytes) -> None:
    """In one step: another start may be reading it, or writing it too."""
    file.parent.mkdir(exist_ok=True)
    new = file.with_name(f"{file.name}.{os.getpid()}")
    with new.open("xb") as out:
        out.write(data)
    new.replace(file)

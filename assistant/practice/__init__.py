"""What a practice says about itself in one file, ``practice.toml``; docs/practice.md shows it."""

from assistant.practice.model import Practice, PracticePage, Said
from assistant.practice.reading import NO_PRACTICE, PracticeRead, read_practice

__all__ = [
    "NO_PRACTICE",
    "Practice",
    "PracticePage",
    "PracticeRead",
    "Said",
    "read_practice",
]

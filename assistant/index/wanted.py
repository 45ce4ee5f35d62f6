"""What an index is to hold: exactly the articles of a folder, or single ones put and taken out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from assistant.index.counts import TermCounts
from assistant.index.ledger import USED, Ledger, Records, counts_file, record_name
from assistant.index.manifest import Kind, Segment
from assistant.index.snapshot import load_catalogue, segment_folder
from assistant.records import Article


class Here:
    """A segment that is there: its catalogue, and which of its articles are gone from now on.

    Its length is the number of the others.
    """

    def __init__(self, data_dir: Path, segment: Segment) -> None:
        """Raises IndexCorrupt."""
        self.segment, self._folder = segment, segment_folder(data_dir, segment.name)
        self.catalogue = load_catalogue(data_dir, segment.name)
        self.gone = frozenset(segment.gone)

    def find(self, article_id: str) -> int | None:
        """Where the article stands here; ``None`` when it does not, or is gone."""
        own = self.catalogue.articles.find(article_id)
        return None if own is None or own in self.gone else own

    def now(self) -> Segment:
        """The segment as the manifest lists it from now on."""
        gone = tuple(sorted(self.gone))
        if gone == self.segment.gone:
            return self.segment
        rows = self.catalogue.rows_of(gone)
        used = TermCounts.load(counts_file(self._folder, USED))
        dead: dict[Kind, int] = {
            "passages": len(rows),
            "sentences": self.catalogue.sentences(rows),
            "fields": used.in_no_other(gone),
        }
        return self.segment.model_copy(update={"gone": gone, "dead": dead})

    def __len__(self) -> int:
        return len(self.catalogue.articles) - len(self.gone)

    def alive(self) -> list[int]:
        """The articles that are not gone."""
        return [n for n in range(len(self.catalogue.articles)) if n not in self.gone]

    def ledger(self) -> Ledger:
        """What the segment remembers of its articles. Raises IndexCorrupt."""
        return Ledger.load(self._folder)


class Folder:
    """What is to be done so that the index holds exactly some articles."""

    def __init__(self, here: Sequence[Here], records: Records, articles: Sequence[Article]) -> None:
        self.here, self._records, self._articles = list(here), records, articles
        self.looks_through = True

    def new(self) -> Iterator[tuple[str, Article]]:
        """Articles that no segment holds, with the names of their records; marks the gone."""
        present, places = self._records.present(), dict[str, tuple[int, int]]()
        for gone in (False, True):  # of a record that is there twice, the one that is alive
            for n, here in enumerate(self.here):
                for own, record in enumerate(here.catalogue.records):
                    if (own in here.gone) is gone and record in present:
                        places.setdefault(record, (n, own))
        staying: list[set[int]] = [set() for _ in self.here]
        for article in self._articles:
            name = record_name(article)
            if name in places:
                segment, own = places[name]
                staying[segment].add(own)
            else:
                yield name, article
        for here, alive in zip(self.here, staying, strict=True):
            here.gone = frozenset(range(len(here.catalogue.articles))) - alive


class Change:
    """What is to be done to put and take out a few articles."""

    def __init__(
        self, here: Sequence[Here], put: Sequence[Article], withdrawn: Sequence[str]
    ) -> None:
        self.here, self._put, self._withdrawn = list(here), put, withdrawn
        self.looks_through = False

    def new(self) -> Iterator[tuple[str, Article]]:
        """The articles to put, with the names of their records; marks the gone."""
        for article in self._put:
            name = record_name(article)
            places = [(here, here.find(article.id)) for here in self.here]
            if any(n is not None and here.catalogue.records[n] == name for here, n in places):
                continue
            self._take(article.id)
            yield name, article
        for article_id in self._withdrawn:
            self._take(article_id)

    def _take(self, article_id: str) -> None:
        for here in self.here:
            own = here.find(article_id)
            if own is not None:
                here.gone |= {own}

"""Keeps patients' words out of the log when a page fails in a way that nobody foresaw.

Streamlit logs such an error whole. Where it happened helps whoever mends it; what its message says
may be what a patient wrote.
"""

from __future__ import annotations

import logging
import traceback

_LOGGER = "streamlit.error_util"  # where Streamlit reports an error of the page


class _PlaceOnly(logging.Filter):
    """Replaces an error's message by its kind; the places in the code stay."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info and record.exc_info[0]:
            kind, _, places = record.exc_info
            where = "".join(traceback.format_tb(places))
            record.msg, record.args = f"{record.getMessage()}: {kind.__name__}\n{where}", ()
            record.exc_info = record.exc_text = None
        return True


def keep_words_out() -> None:
    """Put the filter in place; a second call changes nothing."""
    logger = logging.getLogger(_LOGGER)
    if not any(isinstance(each, _PlaceOnly) for each in logger.filters):
        logger.addFilter(_PlaceOnly())

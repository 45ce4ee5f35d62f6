"""Questions the articles do not answer: what is kept of them, and what to write about next.

Nothing is kept unless the practice has switched it on (``PMR_KEEP_QUESTIONS_DAYS`` and
``PMR_QUESTIONS_FILE``). ``scrub`` and ``names`` take out who asked, ``keep`` holds the file and
``noting`` decides what goes into it; ``cluster`` and ``gaps`` make the list, ``outline`` the start
of an article.
"""

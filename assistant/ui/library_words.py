"""The fixed words of the staff's Library page. Patients never see them."""

from __future__ import annotations

PAGE = "Library"
INTRO = (
    "Add, check, publish and withdraw articles. Only what is published here is ever quoted to a "
    "patient. The same can be done with: pmr-assistant articles"
)
TAB_ARTICLES = "Articles"
TAB_ADD = "Add"
TAB_DRAFTS = "Drafts ({count})"
TAB_GAPS = "Questions without an answer"
READING = "Reading the articles…"
BROKEN = "This could not be done ({kind})."
BROKEN_STEP = "Nothing that is published was changed. Try again, or use pmr-assistant articles."

# The list
LIST_HEAD = ("Article", "State", "Review", "Owner", "Version")
CHOOSE = "Article"
OVERDUE = "review due since {day}"
SILENT = "advice not given: review due since {day}"
NOT_REVIEWED = "not yet clinically reviewed"
REVIEWED = "reviewed {day}"
UNREADABLE = "cannot be read yet"

# One article
REVISE = "Edit as a new draft"
WITHDRAW = "Withdraw"
WITHDRAW_WHY = "Why is it withdrawn?"
RESTORE = "Publish this version again"
VERSION = "Version"
HISTORY = "What was done"
NO_HISTORY = "Nothing was done to it here yet."
DIFF = "What changed since the version before"
REVIEW_HEAD = "Clinical review"
REVIEWER = "Reviewed by (a real person)"
REVIEWED_ON = "Day of the review"
REVIEW_UNTIL = "Next review due"
SAVE_REVIEW = "Save the review"
NEED_REVIEWER = "Write who has reviewed it and when the next review is due."

# Adding
FROM_FILE = "A file: Word, PDF, web page, Markdown or text"
OR_PASTE = "Or paste the text"
OR_FETCH = "Or the address of a public page (https)"
TITLE = "Title, if the text has none"
REPLACES = "It is"
NEW_ARTICLE = "a new article"
NEW_VERSION = "a new version of {title}"
PUBLISHER = "Who publishes it (needed if the file does not say)"
ADD = "Read it and check it"
NOTHING_GIVEN = "Choose a file, paste a text or give an address first."
ADDED = "The draft is kept. Nobody sees it until it is published."

# A draft
NO_DRAFTS = "There is no draft."
DRAFT = "Draft"
EDITOR = "The article as it will be quoted, with its front matter above"
SAVE = "Save and check again"
SEND = "Send for review"
DISCARD = "Throw this draft away"
IS_DRAFT = "being written"
IS_IN_REVIEW = "waits for its review"
IS_REVISION = "It is a new version of a published article."
STALE = "The published article was changed after this draft was begun. Begin a new draft."
PROBLEM = "Must be mended"
FACTS = "{words} words, {passages} passages"
GRADE = "reading grade {grade:.1f} (patients: 6 to 8)"
FINDINGS = "What was found ({count})"
NOTHING_FOUND = "Nothing to mend."
QUOTES = "What answers may quote"
HARD = "The hardest sentences"
LIKE = "Like {title}: {share:.0%} of its runs of words"
THIS_DRAFT = "This draft"
MAKE_VERSION = "Make it a new version of {title}"
SAME_TEXT = "The same text is published already, so this draft cannot be published."
IMPACT = "Which answers would change?"
IMPACT_WAIT = "Asking the known questions before and after…"
IMPACT_NONE = "None of {asked} known questions would get another answer."
IMPACT_SOME = "{count} of {asked} known questions would get another answer."
DECIDE = "Why does it go out in spite of this?"
PUBLISH = "Publish"
PUBLISHING = "Publishing…"
SEVERITY = {"high": "Decide", "medium": "Look at", "info": "Note"}
EFFECT = {
    "lost": "No answer any more",
    "worse": "Loses key facts",
    "changed": "Other words",
    "answered": "First answer",
    "better": "Gains key facts",
}

# Afterwards
PUBLISHED = "{title} is published. Answers may quote it from the next question on."
WITHDRAWN = "{title} is withdrawn. No answer quotes it any more."
RESTORED = "{title} is published again."
REVIEW_SAVED = "The review of {title} is saved."
DISCARDED = "The draft is gone."
UNDO = "Undo"

# Questions without an answer
GAPS_OFF = "No questions are kept: that is not switched on."
GAPS_OFF_STEP = (
    "README.md says how (PMR_KEEP_QUESTIONS_DAYS, PMR_QUESTIONS_FILE), and what is kept."
)
GAPS_NONE = "No question without an answer is kept."
GAP_COUNT = "asked {count} times"
GAP_ONCE = "asked once"
GAP_NEAREST = "Nearest article: {title}"
START_DRAFT = "Begin an article on this"

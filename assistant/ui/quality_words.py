"""The fixed words of the staff's Quality page. Patients never see them."""

from __future__ import annotations

PAGE = "Quality"
INTRO = (
    "What the evals measured. The cases are invented and not clinically reviewed: this measures "
    "software, it is no evidence of clinical safety."
)
NO_EVALS = "The evals are not installed here."
NO_EVALS_STEP = (
    "They come with the project's folder: start the chat there, or install it with pip install -e ."
)
NO_RUNS = "There are no runs in {folder} yet."
NO_RUNS_STEP = (
    "Make one with: pmr-assistant eval run --suite guardrail (all suites: make evals). "
    "Runs kept elsewhere with --out are shown when PMR_RUNS_DIR names that folder."
)
NO_USABLE = "None of the run files in {folder} can be read; they are listed below."
NO_USABLE_STEP = "Make a new run with: pmr-assistant eval run"
BROKEN = "This run cannot be shown ({kind})."
BROKEN_STEP = "Choose another run, or make a new one with: pmr-assistant eval run"
READING = "Reading the runs…"

RUN = "Run"
BASELINE = "Baseline"
NO_BASELINE = "No baseline"
TAB_FIGURES = "Figures"
TAB_CASES = "Cases"
TAB_RUNS = "Runs"

# Figures
GATE = "Gate: {held} of {all} limits hold"
GATE_NONE = "The gate has no limit for what was run."
GATE_BROKEN = "The gate's limits cannot be read."
HELD = "held"
MISSED = "missed"
NO_LIMIT = "no limit"
NOT_MEASURED = "not measured"
COMPARED = "Against the baseline"
NO_REGRESSION = "No regression."
REGRESSIONS = "Regressions: {count}"
TURNED = "Cases newly failing: {failing}, newly passing: {passing}."
UNPAIRED = "Cannot be paired"
DIFFERENT = "Also different (baseline and this run)"
SAFETY = "Safety suites"
QUALITY = "Quality suites"
APART = "Every suite stands alone; nothing is averaged over suites."
SUITE_LINE = "{judged} cases, {failed} failed, {errors} could not be run."
KEY = (
    "The dot is the value and the line its 95% interval. A filled circle holds every limit of the "
    "gate, a cross misses one, a ring has none. The bar across is a limit, the diamond the "
    "baseline's value over the cases of both runs."
)
CHART_ALT = "Metrics of {suite} with their 95% intervals; the table below has the same figures."
SUBSETS = "Subsets of {suite}"
TABLE = "Table of {suite}"
COLUMNS = ("Metric", "Value [95% interval]", "n", "Limit", "Change from the baseline", "What it is")
HIGHER = "higher is better"
LOWER = "lower is better"
TRUE_BELOW = "true rate below {bound:.3f} with 95% confidence"
TRUE_ABOVE = "true rate above {bound:.3f} with 95% confidence"
WORSE = "worse"

# Cases
SHOW = "Show"
SHOWS = {
    "all": "All",
    "failures": "Failures",
    "passes": "Passes",
    "errors": "Errors",
    "different": "Different from baseline",
}
SUITE = "Suite"
ALL_SUITES = "All suites"
FIND = "Find (id, tag or words)"
COUNT = "{shown} of {all} cases."
COUNT_SORTED = "{shown} of {all} cases, newly failing first."
PAGE_OF = "Page (1 to {pages})"
NOTHING = "No case fits."
NEEDS_BASELINE = "Choose a baseline above to see what differs."
TEST_PART = (
    "This run holds the test part, which nobody tunes on. Read it to judge a build; a case that "
    "changes what you do next belongs in the development part."
)
PASSED = "passed"
FAILED = "failed"
ERROR = "could not be run"
NOT_JUDGED = "not judged"
HIDDEN = "not shown (crisis or abuse); open the case file by its id"
MESSAGES = "Messages"
USER = "Patient"
ASSISTANT = "Assistant"
GOT = "Got"
WANTED = "Wanted"
WHY = "Why"
BEFORE = "In the baseline"
ANSWER = "Answer"
FLAGS = "Flags"
DRAFT = "Draft"
TAGS = "Tags"
RANKED = "Ranked passages"
RANKED_COLUMNS = ("Rank", "Passage", "Score", "Due")
DUE = "due"
CITED = "Sources"
DETAILS = "Details"
CARD_SAME = "Care card (the guardrail's words now; the rules are those of this run)"
CARD_OTHER = "Care card (the guardrail's words now; its rules have changed since this run)"

# Runs
RUN_COLUMNS = ("Run", "Started", "Cases", "Suites", "Failed", "Revision")
OLDER = "Only the newest {count} files are read."
UNREADABLE = "cannot be read"
ABOUT = "What was run"

"""Every fixed word of the page, so that it can be read by a clinician and translated.

Plain language: short sentences, no contractions with "not", about grade 6. What a care card says
comes from the guardrail's reviewed templates; only the card's small headings stand here.
"""

from __future__ import annotations

# First screen
TITLE = "Ask about back pain"
ASK_PAGE = "Ask"
PURPOSE = "Get answers from the articles of {practice}."
CAN = "It quotes our articles word for word and shows where each answer comes from."
CAN_WRITE = (
    "It tells you in plain words what our articles say and shows where each sentence comes from."
)
CANNOT = (
    "It cannot examine you or say what is causing your pain. It does not replace your doctor. "
    "No one watches this chat."
)
EXAMPLES = "You can ask:"
INPUT = "Type your question"
GETTING_READY = "Getting our articles ready…"
LOOKING = "Looking through our articles…"
STOP = "Stop"

# On every screen
EMERGENCY = "Emergency? Call {number} now."
EMERGENCY_LOCAL = "Emergency? Call your local emergency number now."
OR = " or "
START_OVER = "Start over"
CLEAR = "Clear this chat"
CALL = "Call {number} · {label}"
PRACTICE_PHONE = "You can call {practice}:"

# Answers
YOU_SAID = "You wrote"
SHOW_ALL = "Show the whole message"
ANSWERING = "Answering: {question}"
SOURCE_CHIP = "Source {number}"
SOURCES = "Sources ({count})"
SOURCE_SECTION = "Section: {section}"
PUBLISHED = "Published {date}"
OPEN_ARTICLE = "Read this in the article"
ORIGINAL = "Open the original page"
NEW_TAB = "(opens in a new tab)"
SUGGESTIONS = "You could also ask:"
HELP_BOX = "When to get help right away"
NEAREST = "These articles come closest:"
NOT_FOUND = "We did not find this in our articles."

# Care cards
BADGE_EMERGENCY = "Emergency"
BADGE_URGENT = "Urgent"
BADGE_PROMPT = "See a doctor soon"
BADGE_NOTICE = "Please note"
BADGE_CRISIS = "You are not alone"
BADGE_SAFEGUARDING = "Your safety comes first"
YOU_WROTE = "You wrote: {quotes}."
MISREAD = "If we read this wrong, tell us again in other words."
DO_NOT = "Please remember"
TELL_THEM = "What to tell them"
FIRST_AID = "While you wait"
YES = "Yes"
NO = "No"
UNSURE = "I don't know"

# Feedback, only where the practice asks for it
HELPED_ASK = "Did this help you?"
HELPED_YES = "Yes, it helped"
HELPED_NO = "No, it did not"
REASON_ASK = "What went wrong?"
REASON_WRONG = "It is wrong"
REASON_INCOMPLETE = "Something is missing"
REASON_OFF_TOPIC = "It is not what I asked"
REASON_NO_ANSWER = "I got no answer"
REASON_SEE_DOCTOR = "It should have told me to see a doctor"
REASON_FALSE_ALARM = "It told me to see a doctor, but there was no need"
COMMENT = "Do you want to tell us more? You do not have to."
KEEPS = (
    "If you send this, {practice} will keep the words of this chat in a file: what you wrote "
    "and what we said. Staff read it to make the answers better. If your name or phone number "
    "is in this chat, please do not send it."
)
CONSENT = "I agree: {practice} may keep the words of this chat"
SEND = "Send"
DO_NOT_SEND = "Do not send"
PICK_REASON = "Please pick what went wrong."
TICK_FIRST = "We only keep this chat if you agree. To send it, tick the box first."
THANKS = "Thank you. Staff may read this later. No one reads it right away."
NOT_KEPT = "We could not save this. That is our fault. Your chat is fine, and you can go on."
CARD_FEEDBACK = "Tell us about this message"
CARD_FIRST = "First do what the message says. This can wait."
CARD_HELPED = "It helped me"
CARD_FALSE_ALARM = "It was a false alarm"
CARD_STANDS = "If anything gets worse, please do what the message above says."

# Questions without an answer, only where the practice keeps them
QUESTIONS_KEPT = (
    "If our articles do not answer a question, we keep that question for {days} days. We take "
    "out names and numbers first, as well as we can. Staff read it to write better articles. "
    "We never do this in a chat where we told you to get care today."
)
NOTED = (
    "We kept this question for {days} days, to write better articles. We took out the names and "
    "numbers that we found."
)
NOTED_DELETE = "Delete it now"
NOTED_GONE = "We deleted this question."
NOTED_STAYS = "We could not delete it right now. That is our fault. Please try again."

# When something is broken
BROKEN_TITLE = "We cannot answer questions right now"
BROKEN_TEXT = "This is our fault, not yours. Please try again later, or call your doctor's office."
BROKEN_STAFF = "For the practice team"
TRY_AGAIN = "Try again"
UNEXPECTED = "Something went wrong inside the chat."
NOT_ANSWERED = "We were not ready yet, and you wrote something new."
NOT_ANSWERED_STEP = "Please ask this again."
UNEXPECTED_STEP = "Look at the log of the chat, then run: pmr-assistant status"

# Articles page
ARTICLES_PAGE = "Articles"
ARTICLES_TITLE = "Our articles"
ARTICLES_INTRO = "Every answer in the chat comes from these articles."
ALL_ARTICLES = "All articles"
BACK_TO_CHAT = "Back to chat"
NO_SUCH_ARTICLE = "We do not have that article any more."
QUOTED_HERE = "Go to the quoted words"
PUBLICATIONS = "What this article is based on"

# For screen readers, after each answer
SAY_ANSWER_ONE = "Answer {count} is ready. 1 source."
SAY_ANSWER = "Answer {count} is ready. {sources} sources."
SAY_REPLY = "Reply {count} is ready."
SAY_CARE = "Message {count}: {headline}"
SAY_BROKEN = "We cannot answer right now."

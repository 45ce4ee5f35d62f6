from assistant.guardrail.types import CareMessage
def care_message(level, flags, book, *, country="US", practice_phone=None):
    return CareMessage(channel="medical",headline="",who="",how_soon="",why="",do_not=(),tell_them="",first_aid=(),numbers=(),limits="",text="")
def failure_message(country, practice_phone):
    return care_message(None,(),None)

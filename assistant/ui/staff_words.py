"""The fixed words at the door of the staff's pages. Patients never see them."""

from __future__ import annotations

TITLE = "For the practice team"
LOG_IN = "Log in"
LOG_IN_WITH = "Log in with {provider}"
LOG_IN_ASK = "Only staff can see this page. Please log in."
LOG_OUT = "Log out"

OFF = "The staff's pages are switched off here."
OFF_STEP = "To see them on this machine, set PMR_STAFF=1 and start the chat again."
OTHER_MACHINE = "Without a login, this page opens only on the machine that the chat runs on."
OTHER_NAME = "Without a login, this page opens only under the name localhost or 127.0.0.1."
THROUGH_PROXY = "Without a login, this page does not open through a proxy."
NOT_TOLD = "This server does not tell where a request comes from, so a login is needed here."
LOCAL_STEP = "Open it on that machine, or set up a login (README.md, Staff pages)."

NO_EMAIL = "Your login told us no e-mail address."
UNVERIFIED = "Your e-mail address is not verified."
UNVERIFIED_STEP = "Verify it where you log in, then log out here and in again."
NOT_LISTED = "{email} may not see this page."
NOT_LISTED_STEP = "Log out and in again with another address, or have this one added to "
NOT_LISTED_STEP += "PMR_STAFF_EMAILS."
BY_HEADERS = "Here, e-mail addresses come from request headers, which anybody can send."
BY_HEADERS_STEP = "Take server.trustedUserHeaders out of Streamlit's settings."
NO_AUTHLIB = "A login is set up, but what it needs is not installed."
NO_AUTHLIB_STEP = 'Install it with: pip install -c constraints.txt -e ".[login]"'
LOGIN_BROKEN = "The login is not set up correctly: {problem}"
LOGIN_BROKEN_STEP = "Correct the [auth] section of .streamlit/secrets.toml."
SECRETS_BROKEN = "{path} is there but cannot be read, so we cannot tell whether a login is set up."
SECRETS_BROKEN_STEP = "Correct the file or take it away."

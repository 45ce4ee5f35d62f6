"""What a person does on the page. Nothing here sleeps: what the page shows is awaited."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

PHONE, DESK = (390, 844), (1280, 900)  # CSS pixels
LONGEST_MS = 120_000  # the model is loaded once, on whatever machine this is

# Until nothing in an element is animated and its height has been the same for ten looks.
_STILL = """async element => {
  await Promise.allSettled(element.getAnimations({subtree: true}).map(each => each.finished));
  for (let last = -1, same = 0; same < 10;) {
    await new Promise(look => requestAnimationFrame(() => setTimeout(look, 50)));
    const height = element.getBoundingClientRect().height;
    same = height === last ? same + 1 : 0;
    last = height;
  }
}"""


@dataclass
class Visitor:
    """One person with a browser window of their own; no cookie or page is shared with another's.

    ``requests`` are the addresses that the page asked for, ``sent`` counts the messages.
    """

    page: Page
    address: str
    requests: list[str] = field(default_factory=list)
    sent: int = 0

    def __post_init__(self) -> None:
        self.page.set_default_timeout(LONGEST_MS)
        self.page.on("request", lambda request: self.requests.append(request.url))

    def go(self, path: str = "/") -> None:
        """Open the page at ``path`` and wait until it is drawn."""
        self.page.goto(self.address + path)
        self.drawn()

    def drawn(self) -> None:
        """Wait until the server has drawn the page and nothing on it is being looked for."""
        self.page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
        self.page.locator("#root h1").first.wait_for(state="attached")

    @property
    def box(self) -> Locator:
        """Where questions are typed."""
        return self.page.get_by_test_id("stChatInputTextArea")

    def type(self, message: str) -> None:
        """Send a message without waiting for what comes back."""
        self.box.fill(message)
        self.page.keyboard.press("Enter")
        self.sent += 1

    def tap(self, button: Locator) -> None:
        """Send the message that a button offers."""
        button.click()
        self.sent += 1

    def ask(self, message: str) -> Locator:
        """Send a message; returns what came back, as soon as the page has announced it."""
        self.type(message)
        return self.reply()

    def reply(self) -> Locator:
        """What came back to the last message, as soon as the page has announced it."""
        number = self.sent
        announced = self.page.locator(".pmr-hidden[role=status]")
        announced.filter(has_text=re.compile(rf"\b{number}\b")).wait_for(state="attached")
        return self.page.get_by_test_id("stChatMessage").nth(2 * number - 1)

    def open_sources(self, reply: Locator) -> Locator:
        """Unfold the sources of an answer; returns them."""
        reply.get_by_text(re.compile(r"^(Sources|Fuentes) \(\d+\)$")).click()
        reply.locator(".pmr-source").first.wait_for()
        return reply.locator(".pmr-source")

    def unfold(self, label: str) -> Locator:
        """Unfold the box with this heading; returns it once it has stopped moving.

        A click is lost when what is pressed moves away before it is let go.
        """
        box = self.page.locator("details").filter(has=self.page.get_by_text(label))
        box.locator("summary").click()
        self.page.locator("details[open]").filter(has=self.page.get_by_text(label)).wait_for()
        box.evaluate(_STILL)
        return box

    def scrolls_sideways(self) -> bool:
        """Whether something on the page is wider than the screen."""
        wider = "e => e.scrollWidth > e.clientWidth"
        whole = self.page.locator("html").evaluate(wider)
        return bool(whole or self.page.get_by_test_id("stMain").evaluate(wider))

    def asked_elsewhere(self) -> list[str]:
        """The addresses outside this chat that the page asked for."""
        inside = (self.address, self.address.replace("http", "ws", 1), "data:", "blob:")
        return [url for url in self.requests if not url.startswith(inside)]


def visitor(
    browser: Browser,
    address: str,
    *,
    size: tuple[int, int] = DESK,
    scheme: Literal["light", "dark"] = "light",
) -> Visitor:
    """A new visitor, whose window is closed with the browser or by ``page.context.close()``."""
    width, height = size
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce"
    )
    return Visitor(context.new_page(), address)

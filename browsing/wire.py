"""A visitor without a browser: speaks to the page's server as a browser does, and draws nothing.

Twenty browsers would take more of a small machine than the chat that they try.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

if TYPE_CHECKING:
    from websockets.asyncio.client import ClientConnection

_LARGEST = 32 * 2**20  # bytes of one message; a whole article is far below


@dataclass
class Session:
    """One visit over one connection.

    ``drawn`` holds the HTML of the last run by its place on the page; ``failures`` are the kinds of
    error that the server showed or ended with.
    """

    socket: ClientConnection
    drawn: dict[tuple[int, ...], str] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    _input: str = ""
    _page: str = ""

    async def open(self) -> None:
        """Draw the first screen."""
        await self._run(())

    async def ask(self, message: str) -> None:
        """Send a message and wait until the page with the reply is drawn whole.

        Raises:
            RuntimeError: the page has no box for questions.
        """
        if not self._input:
            raise RuntimeError("the page has no box for questions; open() it first")
        state = WidgetState(id=self._input)
        state.chat_input_value.data = message
        await self._run((state,))

    def html(self) -> list[str]:
        """What the page shows, from top to bottom."""
        return [self.drawn[place] for place in sorted(self.drawn)]

    async def _run(self, states: Iterable[WidgetState]) -> None:
        request = BackMsg()
        request.rerun_script.page_script_hash = self._page
        request.rerun_script.widget_states.widgets.extend(states)
        self.drawn.clear()
        await self.socket.send(request.SerializeToString())
        async for raw in self.socket:
            message = ForwardMsg()
            message.ParseFromString(raw if isinstance(raw, bytes) else raw.encode())
            if self._take(message):
                return
        self.failures.append("the server closed the connection")

    def _take(self, message: ForwardMsg) -> bool:
        """Take what one message says; whether the run is over."""
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self._page = message.new_session.page_script_hash
            self.drawn.clear()
        elif kind == "delta":
            self._draw(message)
        elif kind == "script_finished":
            status = message.script_finished
            if status == ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
                self.failures.append("the page could not be run")
            return status != ForwardMsg.FINISHED_EARLY_FOR_RERUN
        return False

    def _draw(self, message: ForwardMsg) -> None:
        element = message.delta.new_element
        kind = element.WhichOneof("type")
        place = tuple(message.metadata.delta_path)
        self.drawn.pop(place, None)
        if kind == "html":
            self.drawn[place] = element.html.body
        elif kind == "chat_input":
            self._input = element.chat_input.id
        elif kind == "exception":
            self.failures.append(element.exception.type)


@asynccontextmanager
async def connect(address: str) -> AsyncIterator[Session]:
    """A visit to the chat at ``address``, which ends with the block."""
    from websockets.asyncio.client import connect as open_socket
    from websockets.typing import Origin, Subprotocol

    url = f"{address.replace('http', 'ws', 1)}/_stcore/stream"
    async with open_socket(
        url, subprotocols=[Subprotocol("streamlit")], origin=Origin(address), max_size=_LARGEST
    ) as socket:
        yield Session(socket)

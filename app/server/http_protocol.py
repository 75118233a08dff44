"""HTTP/1.1 parsed by httptools, with the size limit that uvicorn gives only its slower parser.

What the first read of a request brings, at most 256 KiB, is not counted. The date of an answer is
looked up when something comes, not once a second.
"""

import time
from email.utils import formatdate
from functools import lru_cache
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MOST_BYTES_AROUND_A_BODY = 64 * 1024


class BoundedHttpProtocol(HttpToolsProtocol):
    """Answers 400 and closes the connection when a request line, header or trailer is too long."""

    def __init__(self, *told: Any, **named: Any) -> None:
        super().__init__(*told, **named)
        self._around_body = 0

    def data_received(self, data: bytes) -> None:
        self._around_body += len(data)
        self.server_state.default_headers = _date(int(time.time()))
        super().data_received(data)
        if self._around_body > MOST_BYTES_AROUND_A_BODY and not self.transport.is_closing():
            self.send_400_response("Too much comes before or around the body.")

    def on_message_begin(self) -> None:
        self._around_body = 0
        super().on_message_begin()

    def on_body(self, body: bytes) -> None:
        self._around_body -= len(body)
        super().on_body(body)


@lru_cache(maxsize=1)
def _date(second: int) -> list[tuple[bytes, bytes]]:
    return [(b"date", formatdate(second, usegmt=True).encode())]

"""A connection that makes fewer system calls than pika's own.

Each system call releases Python's lock, and waits up to 5 ms to have it back while other threads
are busy: so calls, not bytes, are the cost of sending and receiving. pika makes three per message
sent, and has no public way to change that.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from pika.adapters.select_connection import SelectConnection

# pika takes 4 KB. Much more would not pay, for it copies what is left after each frame.
_BYTES_AT_ONCE = 16_384


class Connection(SelectConnection):  # type: ignore[misc] # pika has no types
    """pika's connection, sending together what is published together, receiving more at once."""

    _buffer: list[bytes] | None = None

    @contextmanager
    def buffered_writes(self) -> Iterator[None]:
        """Send all that is published inside this block when it ends."""
        frames: list[bytes] = []
        self._buffer = frames
        try:
            yield
        finally:
            self._buffer = None
            if frames:
                self._adapter_emit_data(b"".join(frames))

    def _adapter_emit_data(self, data: bytes) -> None:
        if self._buffer is None:
            super()._adapter_emit_data(data)
        else:
            self._buffer.append(data)

    def _proto_connection_made(self, transport: object) -> None:
        transport._MAX_RECV_BYTES = _BYTES_AT_ONCE  # type: ignore[attr-defined]  # pika has no types
        super()._proto_connection_made(transport)

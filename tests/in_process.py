"""Requests to the routes of this process, without a server."""

import asyncio
from typing import Any

import httpx
from litestar.types import ASGIApp

HERE = "http://localhost"


def ask(web: ASGIApp, method: str, path: str, **request: Any) -> httpx.Response:
    """The answer to one request; one that takes longer than ten seconds fails."""

    async def answer() -> httpx.Response:
        transport = httpx.ASGITransport(web)  # type: ignore[arg-type]  # types of its own
        async with httpx.AsyncClient(transport=transport, base_url=HERE) as client:
            return await asyncio.wait_for(client.request(method, path, **request), 10)

    return asyncio.run(answer())

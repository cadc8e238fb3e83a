"""One API server, asked often and by many at once, over connections that are kept; `kubectl` would be a process each time."""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Mapping
from typing import Any, Self

import httpx

from rehearsal.cluster import certificates
from rehearsal.cluster.control_plane import TOKEN, ControlPlane

Json = dict[str, Any]

MERGE = "application/merge-patch+json"
STRATEGIC = "application/strategic-merge-patch+json"


class Api:
    """A client of one control plane; use it as a context, it closes its connections at the end."""

    def __init__(self, plane: ControlPlane) -> None:
        trusted = ssl.create_default_context(cafile=str(plane.folder / certificates.AUTHORITY))
        self._client = httpx.AsyncClient(
            base_url=plane.url,
            headers={"Authorization": f"Bearer {TOKEN}"},
            verify=trusted,
            timeout=30,
            # Each watch holds one for good.
            limits=httpx.Limits(max_connections=100),
            trust_env=False,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()

    async def get(self, path: str) -> Json:
        """An object or a list; raises `httpx.HTTPStatusError`."""
        return _told(await self._client.get(path))

    async def patch(self, path: str, change: Mapping[str, Any], *, form: str = STRATEGIC) -> Json | None:
        """The object changed; None where it is gone."""
        answer = await self._client.patch(path, content=json.dumps(change), headers={"Content-Type": form})
        return None if answer.status_code in (404, 409) else _told(answer)

    async def delete(self, path: str, *, at_once: bool = False) -> None:
        """Asks for its end, or ends it without grace; one that is gone already is no error."""
        query = {"gracePeriodSeconds": "0"} if at_once else {}
        answer = await self._client.delete(path, params=query)
        if answer.status_code != 404:
            answer.raise_for_status()

    async def watch(self, path: str) -> AsyncIterator[tuple[str, Json]]:
        """What is there, each as `ADDED`, and then every change, for as long as somebody listens."""
        while True:
            found = await self.get(path)
            for item in found["items"]:
                yield "ADDED", item
            version = found["metadata"]["resourceVersion"]
            query = {"watch": "1", "resourceVersion": version, "timeoutSeconds": "3600"}
            async with self._client.stream("GET", path, params=query, timeout=None) as answer:
                async for line in answer.aiter_lines():
                    event = json.loads(line)
                    # Too old a version: begin anew.
                    if event["type"] == "ERROR":
                        break
                    yield event["type"], event["object"]
            await asyncio.sleep(0.1)


def _told(answer: httpx.Response) -> Json:
    if answer.is_error:
        raise httpx.HTTPStatusError(
            f"{answer.request.method} {answer.request.url}: {answer.status_code} {answer.text}",
            request=answer.request,
            response=answer,
        )
    told: Json = answer.json()
    return told

"""Ask a server started with --mcp, as a language model's client does.

python examples/client_mcp.py http://localhost:7860 https://example.org/seven.png
"""

import asyncio
import sys

from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client


async def main(server: str, picture: str) -> None:
    """Call the one tool there is."""
    async with (
        streamable_http_client(f"{server}/gradio_api/mcp/") as (read, write, _),
        ClientSession(read, write) as session,
    ):
        await session.initialize()
        (tool,) = (await session.list_tools()).tools
        answer = await session.call_tool(tool.name, {"image": picture})
        print(answer.content[0].text)


asyncio.run(main(*sys.argv[1:]))

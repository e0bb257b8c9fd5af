"""Ask a server started with --mcp, as a language model's client does.

python examples/client_mcp.py http://localhost:7860 seven.png
"""

import asyncio
import base64
import sys
from pathlib import Path

from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client


async def main(server: str, picture: str) -> None:
    """Call the tool for one digit; beside data, it takes addresses of pictures on public hosts."""
    data = "data:image/png;base64," + base64.b64encode(Path(picture).read_bytes()).decode()
    async with (
        streamable_http_client(f"{server}/gradio_api/mcp/") as (read, write, _),
        ClientSession(read, write) as session,
    ):
        await session.initialize()
        tools = (await session.list_tools()).tools
        name = next(tool.name for tool in tools if tool.name.endswith("predict_digit"))
        answer = await session.call_tool(name, {"image": data})
        print(answer.content[0].text)


asyncio.run(main(*sys.argv[1:]))

"""Ask a server with httpx: python examples/client_httpx.py http://localhost:7860 seven.png another.png."""

import sys
from pathlib import Path

import httpx

server, *names = sys.argv[1:]
pictures = [("images", (name, Path(name).read_bytes())) for name in names]
with httpx.Client(base_url=server, timeout=30) as client:
    answer = client.post("/api/predict/batch", files=pictures)
if answer.is_error:
    sys.exit(answer.json()["detail"])
for result in answer.json()["results"]:
    print(result["file"], result.get("error") or result["digit"])

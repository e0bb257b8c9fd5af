"""What MkDocs does not do by itself: pages link pictures and files of the repository, as they do on GitHub."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File

ROOT = Path(__file__).parent.parent
PICTURES = "media", "studies"  # folders whose pictures the pages show


def on_files(files: Any, config: Any) -> Any:
    """Add the repository's pictures to the site."""
    for folder in PICTURES:
        for path in sorted((ROOT / folder).glob("*.[gp][in][fg]")):
            files.append(
                File(f"{folder}/{path.name}", str(ROOT), config["site_dir"], use_directory_urls=True)
            )
    return files


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Let links to pictures lead into the site; of links to other files of the repository keep the words."""
    pictures = "|".join(PICTURES)
    markdown = re.sub(rf"\]\(\.\./({pictures})/", r"](\1/", markdown)
    return re.sub(r"\[([^\]]+)\]\(\.\./[^)]+\)", r"\1", markdown)

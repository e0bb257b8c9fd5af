"""An ONNX file that is served: a graph with its metadata, whole or not at all, and its checksum beside it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

import onnx
from onnx import helper

from ..networks.session import checksum_file

_OPSET = 17
_IR_VERSION = 8  # the one of opset 17, so that older runtimes load the file too


def write(graph: onnx.GraphProto, path: Path, metadata: Mapping[str, str]) -> None:
    """Check a graph and write it with its metadata; at no time does a checksum stand beside another file's."""
    document = helper.make_model(
        graph,
        opset_imports=[helper.make_opsetid("", _OPSET)],
        ir_version=_IR_VERSION,
        producer_name="cnn-digits-detector",
    )
    helper.set_model_props(document, dict(metadata))
    onnx.checker.check_model(document, full_check=True)
    content = document.SerializeToString()
    part = path.with_suffix(".part")
    part.write_bytes(content)
    checksum_file(path).unlink(missing_ok=True)
    part.replace(path)
    checksum_file(path).write_text(
        f"{hashlib.sha256(content).hexdigest()}  {path.name}\n", encoding="utf-8", newline="\n"
    )

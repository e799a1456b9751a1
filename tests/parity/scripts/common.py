"""Shared by the fixture generators: where things are, the hash, the file readers.

Everything here is meant to be re-implemented in a few lines of C++; the rules are repeated in
tests/fixtures/README.md.
"""

import json
import os
import struct
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
FIXTURES = ROOT / "tests" / "fixtures"
DATA = Path(os.environ.get("SPANWISE_DATA", ROOT.parent / "shared" / "data"))
MINILM = Path(os.environ.get("SPANWISE_MINILM", ROOT / ".deps" / "models" / "all-MiniLM-L6-v2"))

FNV_OFFSET = 0xCBF29CE484222325
FNV_PRIME = 0x100000001B3
MASK64 = (1 << 64) - 1


def fnv1a(data: bytes, state: int = FNV_OFFSET) -> int:
    """64-bit FNV-1a; pass the previous value as `state` to go on."""
    for byte in data:
        state = ((state ^ byte) * FNV_PRIME) & MASK64
    return state


def int32_bytes(values) -> bytes:
    values = list(values)
    return struct.pack(f"<{len(values)}i", *values)


def conll_sentences(path: Path):
    """Sentences as lists of (word, tag), bytes decoded as UTF-8.

    Lines end at LF only, one trailing CR is dropped. A line of nothing but spaces and tabs ends
    the sentence; empty sentences are not kept. The word is what precedes the first space or tab,
    the tag what follows the last space or tab. A line without either is a word with the tag ''.
    """
    sentence, sentences = [], []
    for raw in path.read_bytes().split(b"\n"):
        line = raw[:-1] if raw.endswith(b"\r") else raw
        if not line.strip(b" \t"):
            if sentence:
                sentences.append(sentence)
            sentence = []
            continue
        first = min((i for i in (line.find(b" "), line.find(b"\t")) if i >= 0), default=-1)
        last = max(line.rfind(b" "), line.rfind(b"\t"))
        word = line if first < 0 else line[:first]
        tag = b"" if last < 0 else line[last + 1 :]
        sentence.append((word.decode("utf-8"), tag.decode("utf-8")))
    if sentence:
        sentences.append(sentence)
    return sentences


def write_json(path: Path, value, indent=None) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(value, ensure_ascii=True, allow_nan=False, indent=indent,
                      separators=(",", ": ") if indent else (",", ":"))
    path.write_text(text + "\n", encoding="ascii")
    print(f"{path.relative_to(ROOT)}: {path.stat().st_size} bytes")


def write_json_rows(path: Path, head: dict, lists: dict) -> None:
    """A JSON object with one list item per line, so that a diff shows which case changed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    dump = lambda v: json.dumps(v, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    parts = [f'"{key}": {dump(value)}' for key, value in head.items()]
    for key, rows in lists.items():
        parts.append(f'"{key}": [\n' + ",\n".join(dump(row) for row in rows) + "\n]")
    path.write_text("{\n" + ",\n".join(parts) + "\n}\n", encoding="ascii")
    print(f"{path.relative_to(ROOT)}: {path.stat().st_size} bytes")

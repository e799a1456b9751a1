"""Writes models/tokenizers/bert_character_tables.inc from tests/fixtures/tokenizers/codepoints.json.

The reference tokenizer has Unicode tables of its own, older than ICU's. Ids must not depend on which
ICU a system has, so the three classes that decide them are fixed here.

  python tests/parity/scripts/make_bert_character_tables.py
"""

import json
from pathlib import Path

root = Path(__file__).resolve().parents[3]
tables = json.loads((root / "tests/fixtures/tokenizers/codepoints.json").read_text("ascii"))
names = {
    "kRemoved": "clean_removed",
    "kMarks": "strip_accents_removed",
    "kPunctuation": "pre_tokenizer_punctuation",
}
out = [
    "// Made by tests/parity/scripts/make_bert_character_tables.py from what the `tokenizers` library",
    f"// ({tables['tokenizers_version']}) does with every code point. First and last of each range.",
    "// clang-format off",
]
for name, key in names.items():
    ranges = tables[key]
    out.append(f"constexpr CharacterRange {name}[] = {{")
    for i in range(0, len(ranges), 6):
        out.append("    " + " ".join(f"{{0x{a:x}, 0x{b:x}}}," for a, b in ranges[i : i + 6]))
    out.append("};")
out.append("// clang-format on")
(root / "models/tokenizers/bert_character_tables.inc").write_text("\n".join(out) + "\n", "ascii")

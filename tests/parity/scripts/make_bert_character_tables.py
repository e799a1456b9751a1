"""Writes models/tokenizers/bert_character_tables.inc: BERT's normaliser, character by character.

The reference tokenizer has Unicode tables of its own, older than ICU's for some properties and
newer for others. Ids must not depend on which ICU a system has, so everything that decides them is
fixed here: the classes from tests/fixtures/tokenizers/codepoints.json, lower case, decompositions
and combining classes from the `tokenizers` package itself (requirements.txt).

  python tests/parity/scripts/make_bert_character_tables.py
"""

import json
import unicodedata
from pathlib import Path

from tokenizers import normalizers

root = Path(__file__).resolve().parents[3]
tables = json.loads((root / "tests/fixtures/tokenizers/codepoints.json").read_text("ascii"))
names = {
    "kRemoved": "clean_removed",
    "kToSpace": "clean_to_space",
    "kMarks": "strip_accents_removed",
    "kPunctuation": "pre_tokenizer_punctuation",
    "kSpaces": "pre_tokenizer_space",
    "kChinese": "cjk_spaced",
}
lower = normalizers.BertNormalizer(False, False, False, True)
nfd = normalizers.NFD()
characters = [c for c in range(0x110000) if not 0xD800 <= c < 0xE000]


def combining_class(c):
    """The class that the library's NFD sorts by: Python's, or 0 where the library knows none."""
    known = unicodedata.combining(chr(c))
    if known == 0:
        return 0
    other = 0x345 if known < 240 else 0x334  # classes 240 and 1
    pair = [chr(other), chr(c)] if known < 240 else [chr(c), chr(other)]
    moves = nfd.normalize_str("".join(pair)) != "".join(nfd.normalize_str(x) for x in pair)
    return known if moves else 0


def is_hangul(c):
    return 0xAC00 <= c <= 0xD7A3


def lower_ranges():
    """(first, last, step, difference) of characters with a lower case of one other character."""
    result, several = [], []
    for c in characters:
        small = lower.normalize_str(chr(c))
        if small == chr(c):
            continue
        if len(small) > 1:
            several.append((c, small))
            continue
        difference = ord(small) - c
        if result and result[-1][3] == difference:
            first, last, step, _ = result[-1]
            if first == last and c - last <= 2:
                step = c - last
            if c - last == step:
                result[-1] = (first, c, step, difference)
                continue
        result.append((c, c, 1, difference))
    assert several == [(0x130, "i\u0307")], several
    return result


def class_ranges():
    result = []
    for c in characters:
        value = combining_class(c)
        if value == 0:
            continue
        if result and result[-1][1] == c - 1 and result[-1][2] == value:
            result[-1] = (result[-1][0], c, value)
        else:
            result.append((c, c, value))
    return result


def decompositions():
    return [(c, [ord(x) for x in nfd.normalize_str(chr(c))]) for c in characters
            if not is_hangul(c) and nfd.normalize_str(chr(c)) != chr(c)]


def rows(items, per_line):
    return ["    " + " ".join(items[i : i + per_line]) for i in range(0, len(items), per_line)]


def code(value):
    return str(value) if -10 < value < 10 else f"{value:#x}"


out = [
    "// Made by tests/parity/scripts/make_bert_character_tables.py from what the `tokenizers` library",
    f"// ({tables['tokenizers_version']}) does with every code point.",
    "// clang-format off",
    "// First and last of each range.",
]
for name, key in names.items():
    out.append(f"constexpr CharacterRange {name}[] = {{")
    out += rows([f"{{{code(a)}, {code(b)}}}," for a, b in tables[key]], 6)
    out.append("};")
out.append("// First, last, step, and what is added to get the lower case.")
out.append("constexpr LowerRange kLower[] = {")
out += rows([f"{{{code(a)}, {code(b)}, {s}, {code(d)}}}," for a, b, s, d in lower_ranges()], 4)
out.append("};")
out.append("// First, last, canonical combining class.")
out.append("constexpr ClassRange kCombiningClasses[] = {")
out += rows([f"{{{code(a)}, {code(b)}, {v}}}," for a, b, v in class_ranges()], 5)
out.append("};")
full = decompositions()
assert max(len(parts) for _, parts in full) <= 4
out.append("// Full canonical decompositions; Hangul syllables are left to arithmetic.")
out.append("constexpr Decomposition kDecompositions[] = {")
out += rows([f"{{{code(c)}, {{{', '.join(map(code, parts))}}}}}," for c, parts in full], 4)
out.append("};")
out.append("// clang-format on")
(root / "models/tokenizers/bert_character_tables.inc").write_text("\n".join(out) + "\n", "ascii")

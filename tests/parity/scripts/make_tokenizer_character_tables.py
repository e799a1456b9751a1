"""Writes models/tokenizers/pipeline_character_tables.inc: what the regular expressions and predicates
of the tokenizers library know of each code point, found by asking it for every one.

Versions: requirements.txt (tokenizers 0.23.3, Python 3.11). Deterministic, about 20 s.
Run:      python tests/parity/scripts/make_tokenizer_character_tables.py
"""

import tokenizers
from tokenizers import Regex, normalizers, pre_tokenizers

from common import ROOT

OUT = ROOT / "models" / "tokenizers" / "pipeline_character_tables.inc"


def removed_by(pattern):
    split = pre_tokenizers.Split(Regex(pattern), "removed")
    return lambda c: not split.pre_tokenize_str(c)


def main() -> None:
    whitespace, digits = pre_tokenizers.Whitespace(), pre_tokenizers.Digits(True)
    accents = normalizers.StripAccents()
    tests = {
        "Letters": ("\\p{L} of the library's regular expressions", removed_by(r"\p{L}")),
        "Numbers": ("\\p{N}", removed_by(r"\p{N}")),
        "RegexSpaces": ("\\s", removed_by(r"\s")),
        "Words": ("\\w of the Whitespace pre-tokenizer",
                  lambda c: len(whitespace.pre_tokenize_str("a" + c)) == 1
                  and whitespace.pre_tokenize_str(c) != []),
        "Digits": ("what the Digits pre-tokenizer takes",
                   lambda c: len(digits.pre_tokenize_str("a" + c + "a")) == 3),
        "AnyMarks": ("what the StripAccents normalizer drops: marks of all three kinds",
                     lambda c: accents.normalize_str(c) == ""),
    }
    lines = ["// Made by tests/parity/scripts/make_tokenizer_character_tables.py from what the",
             f"// `tokenizers` library ({tokenizers.__version__}) does with every code point.",
             "// clang-format off", "// First and last of each range."]
    for name, (what, test) in tests.items():
        ranges = []
        for c in range(0x110000):
            if 0xD800 <= c < 0xE000 or not test(chr(c)):
                continue
            if ranges and ranges[-1][1] == c - 1:
                ranges[-1][1] = c
            else:
                ranges.append([c, c])
        print(name, len(ranges))
        lines.append(f"// {what}")
        lines.append(f"constexpr CharacterRange k{name}[] = {{")
        items = [f"{{{first:#x}, {last:#x}}}," for first, last in ranges]
        for start in range(0, len(items), 6):
            lines.append("    " + " ".join(items[start : start + 6]))
        lines.append("};")
    lines.append("// clang-format on")
    OUT.write_text("\n".join(lines) + "\n", encoding="ascii")


if __name__ == "__main__":
    main()

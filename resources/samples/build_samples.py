#!/usr/bin/env python3
"""Turn each <domain>/source.txt into <domain>/documents.jsonl and verify the gold.

    python3 resources/samples/build_samples.py            write, verify, print counts
    python3 resources/samples/build_samples.py --check    verify only; fail when a JSONL is out of date

Source form: `== id` starts a document, each following line is a paragraph, `[type|text]` marks a span,
`%%` starts a comment line, `\\u{HEX}` is one code point, a `\\r` at the end of a line makes that line end CRLF.
Offsets written are half-open ranges of Unicode code points. Needs only the standard library.
"""
import json
import re
import sys
import unicodedata
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent
DOMAINS = ("clinic", "contracts", "reviews")
DOCUMENTS_PER_DOMAIN = 20
MIN_MEAN_SPANS = 8
MIN_TYPE_COUNT = 16
MIN_CONTRAST = 4.5  # WCAG AA, text on white
MIN_COLOUR_DISTANCE = 15.0  # CIE76, also for simulated protan-, deuteran- and tritanopes

# Names are matched as written, everything else in any case.
CASE_SENSITIVE = {"patient", "clinician", "party", "role", "court", "law", "brand"}

# (document, surface) pairs where a labelled form rightly stands unlabelled.
UNLABELLED_ON_PURPOSE: set[tuple[str, str]] = set()

# Surface forms that rightly carry two types within a domain.
TWO_TYPES_ON_PURPOSE: set[tuple[str, str]] = set()

MARK = re.compile(r"\[([a-z_]+)\|([^\[\]|]+)\]")
ESCAPE = re.compile(r"\\u\{([0-9A-Fa-f]{1,6})\}")


class SampleError(Exception):
    pass


def in_word(char):
    return char == "_" or unicodedata.category(char)[0] in "LNM"


def splits_word(text, at):
    """True when a Unicode word runs across position `at` (letters, digits, marks, and ' ’ . : inside words)."""
    if at <= 0 or at >= len(text):
        return False
    before, after = text[at - 1], text[at]
    if unicodedata.category(after) in ("Mn", "Me") or "\u200d" in (before, after):
        return True
    if in_word(before) and in_word(after):
        return True
    joiners = "'’.:,"
    if in_word(before) and after in joiners and at + 1 < len(text) and in_word(text[at + 1]):
        return True
    return before in joiners and in_word(after) and at >= 2 and in_word(text[at - 2])


def read_source(path):
    documents = []
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        where = f"{path}:{number}"
        if line.startswith("%%") or not line.strip():
            continue
        if line.startswith("== "):
            documents.append({"id": line[3:].strip(), "text": "", "spans": [], "break": "", "where": where})
            continue
        if not documents:
            raise SampleError(f"{where}: text before the first '== id' line")
        document = documents[-1]
        document["text"] += document["break"]
        document["break"] = "\r\n" if line.endswith("\\r") else "\n"
        line = line.removesuffix("\\r")
        line = ESCAPE.sub(lambda match: chr(int(match.group(1), 16)), line)
        position = 0
        for match in MARK.finditer(line):
            document["text"] += line[position : match.start()]
            begin = len(document["text"])
            document["text"] += match.group(2)
            document["spans"].append({"begin": begin, "end": len(document["text"]), "type": match.group(1)})
            position = match.end()
        document["text"] += line[position:]
        if "[" in document["text"] or "]" in document["text"] or "|" in document["text"]:
            raise SampleError(f"{where}: broken markup, a bracket or bar is left over")
    for document in documents:
        del document["break"]
    return documents


def verify(domain, documents, types):
    problems = []
    if len(documents) != DOCUMENTS_PER_DOMAIN:
        problems.append(f"{domain}: {len(documents)} documents, expected {DOCUMENTS_PER_DOMAIN}")
    ids = Counter(document["id"] for document in documents)
    problems += [f"{domain}: id {name} occurs {count} times" for name, count in ids.items() if count > 1]

    forms = {}
    for document in documents:
        text, where = document["text"], document["where"]
        end = 0
        for span in document["spans"]:
            surface = text[span["begin"] : span["end"]]
            if span["type"] not in types:
                problems.append(f"{where}: type {span['type']} is not in scheme.json")
            if span["begin"] < end or span["begin"] >= span["end"]:
                problems.append(f"{where}: span '{surface}' is empty or overlaps the one before")
            if surface != surface.strip() or "\n" in surface:
                problems.append(f"{where}: span '{surface}' has white space at an edge or a line end")
            if not in_word(surface[-1]) and surface[-1] != "%":
                problems.append(f"{where}: span '{surface}' ends in punctuation")
            if splits_word(text, span["begin"]) or splits_word(text, span["end"]):
                problems.append(f"{where}: span '{surface}' cuts a word")
            end = span["end"]
            key = surface if span["type"] in CASE_SENSITIVE else surface.lower()
            forms.setdefault((key, span["type"] in CASE_SENSITIVE), set()).add(span["type"])

    for (surface, exact), found in forms.items():
        if len(found) > 1 and (domain, surface) not in TWO_TYPES_ON_PURPOSE:
            problems.append(f"{domain}: '{surface}' is labelled {', '.join(sorted(found))}")
        pattern = re.compile(re.escape(surface), 0 if exact else re.IGNORECASE)
        for document in documents:
            text = document["text"]
            for match in pattern.finditer(text):
                if splits_word(text, match.start()) or splits_word(text, match.end()):
                    continue
                if any(s["begin"] < match.end() and match.start() < s["end"] for s in document["spans"]):
                    continue
                if (document["id"], surface) in UNLABELLED_ON_PURPOSE:
                    continue
                context = text[max(0, match.start() - 25) : match.end() + 25].replace("\n", " ")
                problems.append(f"{document['where']} {document['id']}: '{surface}' "
                                f"({', '.join(found)} elsewhere) is unlabelled in …{context}…")
    return problems


def linear(colour):
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]


def contrast_on_white(colour):
    r, g, b = linear(colour)
    return 1.05 / (0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05)


# Machado, Oliveira, Fernandes 2009, severity 1.0, applied to linear RGB.
SIGHT = {
    "normal": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritan": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}


def lab(rgb):
    r, g, b = (min(1.0, max(0.0, c)) for c in rgb)
    xyz = ((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047, 0.2126 * r + 0.7152 * g + 0.0722 * b,
           (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883)
    x, y, z = (v ** (1 / 3) if v > 0.008856 else 7.787 * v + 16 / 116 for v in xyz)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def colour_distance(one, other, sight):
    def seen(colour):
        rgb = linear(colour)
        return lab([sum(row[i] * rgb[i] for i in range(3)) for row in SIGHT[sight]])

    return sum((a - b) ** 2 for a, b in zip(seen(one), seen(other))) ** 0.5


def verify_colours(domain, scheme):
    problems = []
    entries = scheme["types"]
    for entry in entries:
        if not re.fullmatch(r"[a-z][a-z_]*", entry["name"]):
            problems.append(f"{domain}: type name '{entry['name']}' is not a lower-case word")
        contrast = contrast_on_white(entry["color"])
        if contrast < MIN_CONTRAST:
            problems.append(f"{domain}: {entry['name']} {entry['color']} has contrast {contrast:.2f} on white")
    for i, one in enumerate(entries):
        for other in entries[i + 1 :]:
            if one["shortcut"] == other["shortcut"]:
                problems.append(f"{domain}: {one['name']} and {other['name']} share the key {one['shortcut']}")
            for sight in SIGHT:
                distance = colour_distance(one["color"], other["color"], sight)
                if distance < MIN_COLOUR_DISTANCE:
                    problems.append(f"{domain}: {one['name']} and {other['name']} look alike "
                                    f"({sight}, distance {distance:.1f})")
    return problems


def main():
    check_only = sys.argv[1:] == ["--check"]
    if sys.argv[1:] and not check_only:
        sys.exit(__doc__)
    problems = []
    for domain in DOMAINS:
        folder = ROOT / domain
        scheme = json.loads((folder / "scheme.json").read_text(encoding="utf-8"))
        types = [entry["name"] for entry in scheme["types"]]
        documents = read_source(folder / "source.txt")
        problems += verify_colours(domain, scheme)
        problems += verify(domain, documents, types)

        counts = Counter(span["type"] for document in documents for span in document["spans"])
        total = sum(counts.values())
        words = [len(document["text"].split()) for document in documents]
        if total / len(documents) < MIN_MEAN_SPANS:
            problems.append(f"{domain}: only {total / len(documents):.1f} spans a document")
        problems += [f"{domain}: type {name} has only {counts[name]} spans" for name in types
                     if counts[name] < MIN_TYPE_COUNT]

        output = folder / "documents.jsonl"
        lines = [json.dumps({key: document[key] for key in ("id", "text", "spans")}, ensure_ascii=False)
                 for document in documents]
        data = ("\n".join(lines) + "\n").encode("utf-8")
        if check_only and (not output.exists() or output.read_bytes() != data):
            problems.append(f"{output}: out of date, run build_samples.py")
        if not check_only and not problems:
            output.write_bytes(data)
        print(f"{domain}: {len(documents)} documents, {min(words)}-{max(words)} words, {total} spans "
              f"({total / len(documents):.1f} each): " + ", ".join(f"{name} {counts[name]}" for name in types))
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())

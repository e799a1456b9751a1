"""Writes tests/fixtures/metrics/{sequences,real_files}.json: what seqeval says.

Strict = seqeval's mode="strict", scheme=IOB2. Formats: tests/fixtures/README.md.
Run: python tests/parity/scripts/make_metrics_fixtures.py   (seqeval 1.2.2; SPANWISE_DATA)
"""

import hashlib
import random
import warnings

from seqeval.metrics import classification_report
from seqeval.scheme import IOB2

from common import DATA, FIXTURES, conll_sentences, write_json_rows

OUT = FIXTURES / "metrics"
FILES = [
    "ner/mit-restaurant/test.txt", "ner/btc/f.conll", "ner/wikigold/wikigold.conll.txt",
    "ner/bio-mtl/BC5CDR-IOB/test.tsv", "ner/jnlpba/test.tsv", "ner/crossner/ai/test.txt",
]
number = lambda v: 0.0 if v != v else round(float(v), 12)  # seqeval's mean of nothing is NaN


def row(d):
    return {"precision": number(d["precision"]), "recall": number(d["recall"]),
            "f1": number(d["f1-score"]), "support": int(d["support"])}


def report(gold, predicted, strict):
    options = {"mode": "strict", "scheme": IOB2} if strict else {}
    types = {t[2:] for tags in gold + predicted for t in tags if t != "O"}
    zero = {"precision": 0.0, "recall": 0.0, "f1": 0.0, "support": 0}
    if not types:
        return {"micro": zero, "macro": zero, "per_type": {}}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            full = classification_report(gold, predicted, output_dict=True, zero_division=0, **options)
        except ValueError:  # strict mode can't average over no entity at all
            return {"micro": zero, "macro": zero, "per_type": {}}
    result = {"micro": row(full.pop("micro avg")), "macro": row(full.pop("macro avg"))}
    full.pop("weighted avg")
    return result | {"per_type": {k: row(v) for k, v in sorted(full.items())}}


def strict_only(tags):
    """The tags with everything that strict IOB2 does not see as an entity turned into O."""
    result, current = [], ""
    for tag in tags:
        if tag[:2] == "B-":
            current = tag[2:]
        elif tag[:2] != "I-" or tag[2:] != current:
            current = ""
        result.append(tag if current else "O")
    return result


def token_macro(gold, predicted):
    counts = {}
    for g_tags, p_tags in zip(gold, predicted):
        for g, p in zip(g_tags, p_tags):
            g, p = g[2:], p[2:]  # O becomes empty
            for value, index in ((g, 0), (p, 1)):
                if value:
                    counts.setdefault(value, [0, 0, 0])[index] += 1
            if g and g == p:
                counts[g][2] += 1
    scores = []
    for g, p, c in counts.values():
        precision, recall = (c / p if p else 0.0), (c / g if g else 0.0)
        scores.append((precision, recall, 2 * c / (g + p) if g + p else 0.0))
    mean = lambda i: number(sum(s[i] for s in scores) / len(scores)) if scores else 0.0
    return {"precision": mean(0), "recall": mean(1), "f1": mean(2)}


def metrics(gold, predicted):
    return {"strict": report(gold, predicted, True), "default": report(gold, predicted, False),
            "token_macro": token_macro(gold, predicted),
            "token_macro_of_strict_spans": token_macro([strict_only(t) for t in gold],
                                                       [strict_only(t) for t in predicted])}


HAND = [
    ("equal", [["B-A", "I-A", "O"]], [["B-A", "I-A", "O"]]),
    ("all_o", [["O", "O"]], [["O", "O"]]),
    ("nothing_predicted", [["B-A", "O", "B-B"]], [["O", "O", "O"]]),
    ("nothing_gold", [["O", "O", "O"]], [["B-A", "O", "B-B"]]),
    ("type_only_predicted", [["B-A", "O"]], [["B-A", "B-Z"]]),
    ("wrong_type", [["B-A", "I-A"]], [["B-B", "I-B"]]),
    ("wrong_end", [["B-A", "I-A", "O"]], [["B-A", "O", "O"]]),
    ("wrong_begin", [["O", "B-A", "I-A"]], [["B-A", "I-A", "I-A"]]),
    ("split", [["B-A", "I-A", "I-A"]], [["B-A", "B-A", "I-A"]]),
    ("merged", [["B-A", "B-A"]], [["B-A", "I-A"]]),
    ("i_without_b_start", [["B-A", "I-A", "O"]], [["I-A", "I-A", "O"]]),
    ("i_without_b_middle", [["O", "B-A", "I-A"]], [["O", "I-A", "I-A"]]),
    ("i_without_b_gold", [["I-A", "I-A", "O"]], [["B-A", "I-A", "O"]]),
    ("i_without_b_both", [["I-A", "I-A", "O"]], [["I-A", "I-A", "O"]]),
    ("type_change_inside", [["B-A", "I-A", "I-A"]], [["B-A", "I-B", "I-A"]]),
    ("type_change_after_b", [["B-A", "I-B"]], [["B-A", "I-B"]]),
    ("i_after_other_then_same", [["B-A", "I-B", "I-B", "O"]], [["B-A", "B-B", "I-B", "O"]]),
    ("adjacent_same_type", [["B-A", "I-A", "B-A", "I-A"]], [["B-A", "I-A", "B-A", "I-A"]]),
    ("adjacent_other_type", [["B-A", "B-B", "I-B"]], [["B-A", "B-B", "I-B"]]),
    ("b_at_end", [["O", "O", "B-A"]], [["O", "O", "B-A"]]),
    ("i_at_end", [["O", "B-A", "I-A"]], [["O", "B-A", "I-A"]]),
    ("sentence_borders", [["B-A"], ["I-A"]], [["B-A"], ["I-A"]]),
    ("sentence_borders_2", [["O", "B-A"], ["B-A", "I-A"]], [["O", "B-A"], ["I-A", "I-A"]]),
    ("type_with_dash", [["B-cell-line", "I-cell-line", "O"]], [["B-cell-line", "I-cell-line", "O"]]),
    ("type_with_prefix_name", [["B-B-X", "I-B-X"]], [["B-B-X", "I-B-X"]]),
    ("unicode_type", [["B-Verg\u00fctung", "O"]], [["B-Verg\u00fctung", "O"]]),
    ("long_entity", [["B-A"] + ["I-A"] * 30], [["B-A"] + ["I-A"] * 30]),
    ("long_entity_broken", [["B-A"] + ["I-A"] * 30], [["B-A"] + ["I-A"] * 14 + ["O"] + ["I-A"] * 15]),
    ("empty_sentence", [["B-A"], [], ["B-B"]], [["B-A"], [], ["O"]]),
]


def generated():
    rng = random.Random(7)
    for n in range(40):
        types = [["A"], ["A", "B"], ["PER", "ORG", "LOC"], ["x_y", "x", "y", "z-z"]][n % 4]
        valid = n % 3 == 0
        gold, predicted = [], []
        for _ in range(rng.randint(1, 5)):
            length = rng.randint(1, 14)
            tags = []
            while len(tags) < length:
                if rng.random() < 0.45:
                    tags.append("O")
                    continue
                t = rng.choice(types)
                tags += ["B-" + t] + ["I-" + t] * rng.randint(0, 3)
            tags = tags[:length]
            other = [rng.choice(["O"] + [p + t for p in ("B-", "I-") for t in types])
                     if rng.random() < 0.3 else tag for tag in tags]
            if not valid:
                tags = [rng.choice(["B-", "I-"]) + t[2:] if t != "O" and rng.random() < 0.2 else t
                        for t in tags]
            gold.append(tags)
            predicted.append(other)
        yield f"generated_{n:02d}", gold, predicted


def scheme(sentences):
    """Counts over (previous, this) tag pairs, sentence by sentence, and what they say."""
    e = dict.fromkeys(["O", "B", "I", "L_or_E", "U_or_S", "other", "i_starts", "b_after_same",
                       "b_after_other_or_o"], 0)
    for tags in sentences:
        before = ""
        for tag in tags:
            prefix = tag[:1]
            kind = {"O": "O", "B": "B", "I": "I", "L": "L_or_E", "E": "L_or_E", "U": "U_or_S",
                    "S": "U_or_S"}.get(prefix, "other")
            e[kind] += 1
            if kind == "I" and before != tag[2:]:
                e["i_starts"] += 1
            if kind == "B":
                e["b_after_same" if before == tag[2:] else "b_after_other_or_o"] += 1
            before = "" if tag == "O" else tag[2:]
    if e["L_or_E"] + e["U_or_S"]:
        name = "BILOU"
    elif not e["B"]:
        name = "IO"
    elif e["b_after_other_or_o"] == 0:
        name = "IOB1"
    else:
        name = "IOB2"
    return name, e


def to_iob2(tags):
    """A span starts where a tag is B-, or I- after O, after another type or at the beginning."""
    result, before = [], ""
    for tag in tags:
        starts = tag != "O" and (tag[0] == "B" or before != tag[2:])
        result.append(tag if tag == "O" else ("B-" if starts else "I-") + tag[2:])
        before = "" if tag == "O" else tag[2:]
    return result


def corrupt(sentences, types):
    """See `corruption` in real_files.json."""
    i, result = 0, []
    for tags in sentences:
        row_ = []
        for tag in tags:
            h = (i * 2654435761 % (1 << 32)) % 10
            if h == 0:
                tag = "O"
            elif h == 1 and tag[0] == "B":
                tag = "I-" + tag[2:]
            elif h == 2 and tag[0] == "I":
                tag = "B-" + tag[2:]
            elif h == 3 and tag != "O":
                tag = tag[:2] + types[(types.index(tag[2:]) + 1) % len(types)]
            elif h == 4 and tag == "O" and i % 3 == 0:
                tag = "B-" + types[i % len(types)]
            row_.append(tag)
            i += 1
        result.append(row_)
    return result


def real():
    for name in FILES:
        path = DATA / name
        raw = [[t for _, t in s] for s in conll_sentences(path) if s[0][0] != "-DOCSTART-"]
        kind, evidence = scheme(raw)
        types = sorted({t[2:] for s in raw for t in s if t != "O"})
        converted = [to_iob2(s) for s in raw]
        predicted = corrupt(converted, types)
        result = {"file": name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
                  "sentences": len(raw), "words": sum(map(len, raw)), "scheme": kind,
                  "evidence": evidence, "types": types,
                  "changed_by_iob2_repair": sum(a != b for r, c in zip(raw, converted)
                                                for a, b in zip(r, c)),
                  "iob2": metrics(converted, predicted),
                  "raw_gold_against_itself": report(raw, raw, True)["micro"]}
        print(name, kind, evidence, result["iob2"]["strict"]["micro"])
        yield result


CORRUPTION = ("gold -> IOB2 (a span starts at B-, or at I- after O, after another type or at the "
              "sentence's beginning); i = index of the word in the file; "
              "h = (i * 2654435761 mod 2^32) mod 10; types sorted by bytes. "
              "h 0: O. h 1: B- becomes I-. h 2: I- becomes B-. h 3: type becomes the next one "
              "(cyclic), prefix kept. h 4: an O becomes B-types[i mod n] when i mod 3 = 0. "
              "Else unchanged. Sentences that are -DOCSTART- are left out and not counted.")


def main() -> None:
    cases = [{"name": n, "gold": g, "predicted": p, **metrics(g, p)}
             for n, g, p in HAND + list(generated())]
    write_json_rows(OUT / "sequences.json", {"format": 1, "seqeval_version": "1.2.2"},
                    {"cases": cases})
    print(len(cases), "cases")
    write_json_rows(OUT / "real_files.json",
                    {"format": 1, "seqeval_version": "1.2.2", "corruption": CORRUPTION},
                    {"files": list(real())})


if __name__ == "__main__":
    main()

"""Writes tests/fixtures/tokenizers/{torture,real_text,codepoints}.json.

What the Hugging Face tokenizers library gives for WordPiece, uncased (the default encoder's
tokenizer.json) and cased (bert-base-cased's vocab.txt from SPANWISE_DATA): ids, offsets in code
points, word ids. Formats: tests/fixtures/README.md.

Versions: requirements.txt (tokenizers 0.23.3, transformers 5.23.0, Python 3.11). Deterministic.
Run:      python tests/parity/scripts/make_tokenizer_fixtures.py
          python tests/parity/scripts/make_tokenizer_fixtures.py --explain minilm-uncased SOURCE GROUP
            prints every token of one group of real_text.json, to find where two tokenizers part
"""

import argparse
import json
import unicodedata

import tokenizers
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

from common import (DATA, FNV_OFFSET, MINILM, conll_sentences, fnv1a, int32_bytes, write_json,
                    write_json_rows, FIXTURES)
from torture_texts import PRE_SPLIT, TEXTS

GROUP = 8
SPECIALS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
OUT = FIXTURES / "tokenizers"


def uncased() -> Tokenizer:
    tokenizer = Tokenizer.from_file(str(MINILM / "tokenizer.json"))
    tokenizer.no_truncation()  # the file asks for 128 tokens, cut and padded
    tokenizer.no_padding()
    return tokenizer


def cased() -> Tokenizer:
    lines = (DATA / "tokenizers/bert-base-cased/vocab.txt").read_text("utf-8").split("\n")
    vocab = {token: i for i, token in enumerate(lines) if token or i + 1 < len(lines)}
    tokenizer = Tokenizer(models.WordPiece(vocab, unk_token="[UNK]", max_input_chars_per_word=100))
    tokenizer.normalizer = normalizers.BertNormalizer(
        clean_text=True, handle_chinese_chars=True, strip_accents=None, lowercase=False)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS]:0 $A:0 [SEP]:0", pair="[CLS]:0 $A:0 [SEP]:0 $B:1 [SEP]:1",
        special_tokens=[("[CLS]", vocab["[CLS]"]), ("[SEP]", vocab["[SEP]"])])
    tokenizer.add_special_tokens(SPECIALS)
    check_against_transformers(tokenizer, vocab)
    return tokenizer


def check_against_transformers(tokenizer, vocab) -> None:
    """What we assemble by hand must be what transformers' own class does."""
    from transformers import BertTokenizerFast

    peer = BertTokenizerFast(vocab=vocab, do_lower_case=False, strip_accents=None)
    for name, text in TEXTS:
        ours = tokenizer.encode(text)
        theirs = peer(text, return_offsets_mapping=True)
        assert ours.ids == theirs["input_ids"], name
        assert [tuple(o) for o in ours.offsets] == [tuple(o) for o in theirs["offset_mapping"]], name


def word_ids(encoding):
    return [-1 if w is None else w for w in encoding.word_ids]


def encode_text(tokenizer, text):
    bare = tokenizer.encode(text, add_special_tokens=False)
    full = tokenizer.encode(text)
    return {"ids": bare.ids, "offsets": [list(o) for o in bare.offsets], "word_ids": word_ids(bare),
            "special_ids": full.ids, "special_offsets": [list(o) for o in full.offsets],
            "special_word_ids": word_ids(full)}


def encode_words(tokenizer, words):
    bare = tokenizer.encode(words, is_pretokenized=True, add_special_tokens=False)
    full = tokenizer.encode(words, is_pretokenized=True)
    return {"ids": bare.ids, "word_ids": word_ids(bare), "offsets": [list(o) for o in bare.offsets],
            "special_ids": full.ids, "special_word_ids": word_ids(full)}


def write_torture(tokens) -> None:
    assert len({n for n, _ in TEXTS}) == len(TEXTS)
    cases = [{"name": n, "text": t, "encodings": {k: encode_text(v, t) for k, v in tokens.items()}}
             for n, t in TEXTS]
    split = [{"name": n, "words": w, "encodings": {k: encode_words(v, w) for k, v in tokens.items()}}
             for n, w in PRE_SPLIT]
    write_json_rows(OUT / "torture.json",
                    {"format": 1, "tokenizers_version": tokenizers.__version__,
                     "vocabularies": VOCABULARIES}, {"cases": cases, "pre_split": split})
    print(len(cases), "texts,", len(split), "word lists")


VOCABULARIES = {
    "minilm-uncased": "tokenizer.json of the default encoder (all-MiniLM-L6-v2); its truncation "
                      "and padding sections are ignored",
    "bert-base-cased": "vocab.txt under tokenizers/bert-base-cased of SPANWISE_DATA; lowercase "
                       "false, strip_accents null, clean_text and handle_chinese_chars true",
}

SOURCES = [
    ("wiki", "pretrain/wiki-summaries/summaries_en-us.json", "json_extract"),
    ("btc", "ner/btc/f.conll", "conll"),
    ("few-nerd", "ner/few-nerd/test.txt", "conll"),
    ("mit-movie", "ner/mit-movie/engtest.bio.txt", "conll"),
    ("stackoverflow", "ner/stackoverflow-ner/dev.txt", "conll"),
    ("bc5cdr", "ner/bio-mtl/BC5CDR-IOB/test.tsv", "conll"),
]


def read_source(file, kind):
    """A list of (text, words or None)."""
    if kind == "conll":
        sentences = [[w for w, _ in s] for s in conll_sentences(DATA / file)]
        return [(" ".join(words), words) for words in sentences]
    entries = json.loads((DATA / file).read_text("utf-8"))
    return [(entries[key]["extract"], None) for key in sorted(entries, key=lambda k: k.encode())]


def group_hashes(tokenizer, items):
    texts, words, count, word_count = [], [], 0, 0
    for start in range(0, len(items), GROUP):
        group = items[start : start + GROUP]
        state = FNV_OFFSET
        for encoding in tokenizer.encode_batch([t for t, _ in group], add_special_tokens=False):
            values = [v for i, (b, e) in zip(encoding.ids, encoding.offsets) for v in (i, b, e)]
            state = fnv1a(int32_bytes(values), state)
            count += len(encoding.ids)
        texts.append(f"{state:016x}")
        if group[0][1] is None:
            continue
        state = FNV_OFFSET
        for encoding in tokenizer.encode_batch([w for _, w in group], is_pretokenized=True,
                                               add_special_tokens=False):
            values = [v for i, w, (b, e) in zip(encoding.ids, encoding.word_ids, encoding.offsets)
                      for v in (i, w, b, e)]
            state = fnv1a(int32_bytes(values), state)
            word_count += len(encoding.ids)
        words.append(f"{state:016x}")
    result = {"tokens": count, "text_hashes": texts}
    if words:
        result |= {"word_tokens": word_count, "word_hashes": words}
    return result


def write_real_text(tokens) -> None:
    rows = []
    for name, file, kind in SOURCES:
        items = read_source(file, kind)
        row = {"name": name, "file": file, "kind": kind, "texts": len(items),
               "bytes": (DATA / file).stat().st_size, "encodings": {}}
        for key, tokenizer in tokens.items():
            row["encodings"][key] = group_hashes(tokenizer, items)
        rows.append(row)
        print(name, len(items), {k: v["tokens"] for k, v in row["encodings"].items()})
    derivation = {
        "conll": "Bytes split at LF; one trailing CR dropped; a line of only spaces and tabs (or "
                 "none) ends a sentence, empty sentences are not kept; the word is what precedes "
                 "the first space or tab. text = words joined by one U+0020.",
        "json_extract": "A JSON object of objects; the keys sorted by their UTF-8 bytes; text = "
                        "value.extract.",
        "text_hashes": "Item g covers texts [g*group, (g+1)*group): 64-bit FNV-1a (offset "
                       "cbf29ce484222325, prime 100000001b3), started once per group, over int32 "
                       "little-endian id, begin, end of each token; no special tokens added; "
                       "begin and end in code points of the text, end exclusive. Hexadecimal.",
        "word_hashes": "The same over id, word index, begin, end of each token of the sentence "
                       "encoded as a list of words; begin and end in code points of that word.",
    }
    write_json_rows(OUT / "real_text.json",
                    {"format": 1, "tokenizers_version": tokenizers.__version__,
                     "vocabularies": VOCABULARIES, "group": GROUP, "derivation": derivation},
                    {"sources": rows})


def ranges(flags):
    """[[first, last], ...] of the code points for which flags[c]."""
    result = []
    for c, flag in enumerate(flags):
        if flag and result and result[-1][1] == c - 1:
            result[-1][1] = c
        elif flag:
            result.append([c, c])
    return result


def write_codepoints() -> None:
    """Every code point alone through the normaliser and the pre-tokeniser."""
    normal = {"minilm-uncased": normalizers.BertNormalizer(True, True, None, True),
              "bert-base-cased": normalizers.BertNormalizer(True, True, None, False)}
    clean = normalizers.BertNormalizer(True, False, False, False)
    chinese = normalizers.BertNormalizer(False, True, False, False)
    accents = normalizers.BertNormalizer(False, False, True, False)
    lower = normalizers.BertNormalizer(False, False, False, True)
    pre = pre_tokenizers.BertPreTokenizer()
    hashes = {key: [] for key in normal}
    removed, space, cjk, stripped, splits, gone, lowered = [], [], [], [], [], [], []
    for block in range(0, 0x110000, 256):
        state = dict.fromkeys(normal, FNV_OFFSET)
        for c in range(block, block + 256):
            if 0xD800 <= c < 0xE000:
                for flags in (removed, space, cjk, stripped, splits, gone, lowered):
                    flags.append(False)
                continue
            char = chr(c)
            for key, normalizer in normal.items():
                out = normalizer.normalize_str(char).encode("utf-8")
                state[key] = fnv1a(len(out).to_bytes(1, "little") + out, state[key])
            cleaned = clean.normalize_str(char)
            removed.append(cleaned == "")
            space.append(cleaned == " ")
            cjk.append(chinese.normalize_str(char) == f" {char} ")
            stripped.append(accents.normalize_str(char) == "")
            lowered.append(lower.normalize_str(char) != char)
            # the character between two letters: 3 pieces when punctuation, 2 when white space
            pieces = pre.pre_tokenize_str(f"a{char}a")
            splits.append(len(pieces) == 3)
            gone.append(len(pieces) == 2)
        for key in normal:
            hashes[key].append(f"{state[key]:016x}")
    blocks = {key: {"blocks_256": values} for key, values in hashes.items()}
    write_json_rows(OUT / "codepoints.json", {
        "format": 1, "tokenizers_version": tokenizers.__version__,
        "python_unicode": unicodedata.unidata_version,
        "note": "Surrogates are left out. blocks_256: item i covers code points [256i, 256i+256): "
                "FNV-1a over, per code point, one byte with the length of the normalised UTF-8 and "
                "that UTF-8. Ranges are inclusive.",
        "clean_removed": ranges(removed), "clean_to_space": ranges(space),
        "cjk_spaced": ranges(cjk), "strip_accents_removed": ranges(stripped),
        "pre_tokenizer_punctuation": ranges(splits), "pre_tokenizer_space": ranges(gone),
        "lowercase_changes_count": sum(lowered), "normalized": blocks}, {})


def explain(tokenizer, source, group) -> None:
    name, file, kind = next(s for s in SOURCES if s[0] == source)
    for text, _ in read_source(file, kind)[group * GROUP : (group + 1) * GROUP]:
        encoding = tokenizer.encode(text, add_special_tokens=False)
        print(repr(text))
        for i, t, o in zip(encoding.ids, encoding.tokens, encoding.offsets):
            print(f"  {i:6d} {o[0]:5d} {o[1]:5d} {t}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--explain", nargs=3, metavar=("VOCABULARY", "SOURCE", "GROUP"))
    arguments = parser.parse_args()
    tokens = {"minilm-uncased": uncased(), "bert-base-cased": cased()}
    if arguments.explain:
        explain(tokens[arguments.explain[0]], arguments.explain[1], int(arguments.explain[2]))
        return
    write_torture(tokens)
    write_codepoints()
    write_real_text(tokens)


if __name__ == "__main__":
    main()

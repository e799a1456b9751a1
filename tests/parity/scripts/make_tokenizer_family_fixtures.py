"""Writes tests/fixtures/tokenizers/families/: small tokenizers of every family, and what the Hugging
Face tokenizers library gives for them, as hashes. Formats: README.md there.

Trains an 8,000-piece Unigram model with sentencepiece (nmt_nfkc character map, DeBERTa's special
tokens) and a byte-level BPE of ModernBERT's kind on the real text of SPANWISE_DATA; no text is stored.

Versions: requirements.txt (tokenizers 0.23.3, sentencepiece 0.2.3, transformers 5.23.0, Python 3.11).
Run:      python tests/parity/scripts/make_tokenizer_family_fixtures.py           about 3 minutes
          python tests/parity/scripts/make_tokenizer_family_fixtures.py --keep    keeps the models
          python tests/parity/scripts/make_tokenizer_family_fixtures.py --explain VARIANT TEXT
"""

import argparse
import hashlib
import json

import sentencepiece
import tokenizers
from sentencepiece import sentencepiece_model_pb2 as model_pb2
from tokenizers import (AddedToken, Regex, Tokenizer, models, normalizers as N, pre_tokenizers as P,
                        processors, trainers)

from common import DATA, FIXTURES, FNV_OFFSET, MINILM, fnv1a, int32_bytes, write_json_rows
from make_tokenizer_fixtures import SOURCES, read_source
from torture_texts import PRE_SPLIT, TEXTS

OUT = FIXTURES / "tokenizers" / "families"

# Beside those of torture_texts.py: what the stages of a tokenizer.json stumble over.
MORE_TEXTS = [
    "a  b   c    d", "  x", "x  ", " ", "\n\n\n", "a\n\nb", "\r\nfoo\r\nbar", "tab\tx", "\x85x\x0by",
    "l'été n’est  pas", "İstanbul İİ", "①②③ ½ ﬁ ﷺ", "e\u0302\u0301x", "q\u0323\u0307 q\u0307\u0323",
    "가각 \u1100\u1161\u11a8", "\u200bfoo\u200b bar", "\x01foo", "\x01\x01\x01foo bar",
    "a\u0300\u0301\u0302\u0303", "ｶﾞｷﾞ", "©\u200d foo", "\u0600a", "🏳\ufe0f\u200d🌈 a",
    "<mask> foo<mask>  bar <mask>", "x<mask>y", "[FLERT] <<ENT>> person <<SEP>> foo", "  <<ENT>>  a",
    "ent ENT tok TOKx xTOK TOK TOK", "<<ENT>>drug<<ENT>>side effect<<SEP>>It hurt .",
    "|||IP_ADDRESS||| at 10.0.0.1", "    indented\n        more\n", "12345 12a 3.14 ٣٤ Ⅷ", "_x_ a_b-c",
    "don't I'LL we've 'S they're I'm", "\u3000x\u3000y", "Ǆ ǅ ß ẞ Σς", "a" * 300, "中" * 200,
    "😀" * 100, " " * 200 + "x", " a" * 300, "na\u200bme\u2028next\u00a0one", "``quoted'' text",
]
MORE_WORDS = [
    ["a  b", "", " ", "x y", "<mask>", "[FLERT]", "ent"], ["\u200b", "foo", "TOK", "a TOK b"],
    ["Hello", "world", "!"], ["<<ENT>>", "drug", "<<SEP>>", "It", "hurt", "."], [" led", "by ", "  "],
]

ADDED = [AddedToken("<mask>", lstrip=True, normalized=False, special=True), AddedToken("[FLERT]"),
         AddedToken("<<ENT>>", normalized=True), AddedToken("<<SEP>>", normalized=False),
         AddedToken("TOK", single_word=True, normalized=False),
         AddedToken("ent", single_word=True, rstrip=True, normalized=True),
         AddedToken("foo", single_word=True, lstrip=True, rstrip=True, normalized=True)]


def real_texts():
    return [text for _, file, kind in SOURCES for text, _ in read_source(file, kind)]


def train_unigram(path, texts):
    with open(path, "wb") as out:
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(texts), model_writer=out, vocab_size=8000,
            character_coverage=0.9995, pad_id=0, bos_id=1, eos_id=2, unk_id=3, pad_piece="[PAD]",
            bos_piece="[CLS]", eos_piece="[SEP]", unk_piece="[UNK]", model_type="unigram",
            normalization_rule_name="nmt_nfkc", max_sentence_length=20000, num_threads=1,
            minloglevel=2)
    proto = model_pb2.ModelProto()
    proto.ParseFromString(path.read_bytes())
    proto.trainer_spec.ClearField("accept_language")
    path.write_bytes(proto.SerializeToString(deterministic=True))


def read_proto():
    proto = model_pb2.ModelProto()
    proto.ParseFromString((OUT / "deberta" / "spm.model").read_bytes())
    return proto


def template(tokenizer, first, last):
    return processors.TemplateProcessing(
        single=f"{first} $A {last}", pair=f"{first} $A {last} $B {last}",
        special_tokens=[(t, tokenizer.token_to_id(t)) for t in (first, last)])


def deberta(lowercase=False, by_punctuation=False):
    """As transformers' DebertaV2Converter makes it of spm.model."""
    proto = read_proto()
    tokenizer = Tokenizer(models.Unigram([(p.piece, p.score) for p in proto.pieces],
                                         unk_id=proto.trainer_spec.unk_id))
    tokenizer.add_tokens([AddedToken(p.piece, normalized=False, special=p.type == 3)
                          for p in proto.pieces if p.type in (3, 4)])
    tokenizer.add_special_tokens(["[UNK]", "[MASK]"])
    first = [N.Lowercase()] if lowercase else []
    tokenizer.normalizer = N.Sequence(
        first + [N.Strip(), N.Precompiled(proto.normalizer_spec.precompiled_charsmap),
                 N.Replace(Regex(" {2,}"), " ")])
    first = [P.Punctuation("isolated")] if by_punctuation else []
    tokenizer.pre_tokenizer = P.Sequence(first + [P.Metaspace("▁", "always")])
    tokenizer.post_processor = template(tokenizer, "[CLS]", "[SEP]")
    return tokenizer


def xlm_roberta():
    """As transformers' XLMRobertaConverter makes it of sentencepiece.bpe.model."""
    proto = read_proto()
    pieces = [(name, 0.0) for name in ("<s>", "<pad>", "</s>", "<unk>")]
    pieces += [(p.piece, p.score) for p in proto.pieces][3:] + [("<mask>", 0.0)]
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=3))
    tokenizer.add_special_tokens(["<s>", "<pad>", "</s>", "<unk>", "<mask>"])
    tokenizer.normalizer = N.Sequence([N.Precompiled(proto.normalizer_spec.precompiled_charsmap),
                                       N.Strip(left=False, right=True),
                                       N.Replace(Regex(" {2,}"), "▁")])
    tokenizer.pre_tokenizer = P.Metaspace("▁", "always")
    tokenizer.post_processor = template(tokenizer, "<s>", "</s>")
    return tokenizer


def train_bpe(texts, pre_tokenizer, normalizer, size, alphabet=(), trainer=None, **model):
    tokenizer = Tokenizer(models.BPE(**model))
    tokenizer.pre_tokenizer = pre_tokenizer
    if normalizer:
        tokenizer.normalizer = normalizer
    special = [model["unk_token"]] if "unk_token" in model else []
    tokenizer.train_from_iterator(texts, trainers.BpeTrainer(
        vocab_size=size, show_progress=False, initial_alphabet=list(alphabet),
        special_tokens=special, min_frequency=2, limit_alphabet=256 if alphabet else 200,
        **(trainer or {})))
    return tokenizer


def train_modernbert(texts):
    tokenizer = train_bpe(texts, P.ByteLevel(add_prefix_space=False), N.NFC(), 8000,
                          sorted(P.ByteLevel.alphabet()))
    tokenizer.add_tokens([AddedToken(" " * n, normalized=True) for n in range(24, 1, -1)] +
                         [AddedToken("|||IP_ADDRESS|||", normalized=False)])
    tokenizer.add_special_tokens(
        ["<|endoftext|>", "[UNK]", "[CLS]", "[SEP]", "[PAD]",
         AddedToken("[MASK]", lstrip=True, normalized=False, special=True)])
    tokenizer.post_processor = template(tokenizer, "[CLS]", "[SEP]")
    return tokenizer


def with_parts(base, normalizer="keep", pre_tokenizer="keep", post_processor="keep", added=ADDED,
               model=None):
    """A tokenizer with other parts around the model of `base`, from JSON and back."""
    value = json.loads(base.to_str())
    tokenizer = Tokenizer.from_str(json.dumps(value))
    if model:
        value["model"].update(model)
        tokenizer = Tokenizer.from_str(json.dumps(value))
    if normalizer != "keep":
        tokenizer.normalizer = normalizer
    if pre_tokenizer != "keep":
        tokenizer.pre_tokenizer = pre_tokenizer
    if post_processor != "keep":
        tokenizer.post_processor = post_processor
    if added:
        # Once more, so that the library looks for them as the new normalizer leaves them.
        tokenizer.add_tokens(added)
    return Tokenizer.from_str(tokenizer.to_str())


def variants(texts):
    """[(name, base, tokenizer)]: base names the file whose model and vocabulary it has."""
    uni = Tokenizer.from_file(str(OUT / "deberta" / "tokenizer.json"))
    byte = Tokenizer.from_file(str(OUT / "modernbert" / "tokenizer.json"))
    tiny = Tokenizer.from_file(str(FIXTURES / "encoders" / "tiny_bert" / "tokenizer.json"))
    tiny.no_truncation()
    tiny.no_padding()
    rows = [("deberta", "deberta", uni), ("modernbert", "modernbert", byte),
            ("tiny_bert", "tiny_bert", tiny),
            ("gliner", "deberta", with_parts(uni))]
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        rows.append((form, "deberta", with_parts(uni, getattr(N, form)(), P.Metaspace("▁", "first"))))
    accents = N.Sequence([N.Nmt(), N.Lowercase(), N.NFD(), N.StripAccents()])
    meta = P.Metaspace("▁", "always")
    rows += [
        ("strip accents, words, first", "deberta",
         with_parts(uni, accents, P.Sequence([P.WhitespaceSplit(), P.Metaspace("▁", "first")]))),
        ("marks alone", "deberta", with_parts(uni, N.StripAccents(), meta)),
        ("prepend, no pre-tokenizer", "deberta",
         with_parts(uni, N.Sequence([N.Prepend("▁"), N.Replace(" ", "▁")]), None)),
        ("never, whole", "deberta",
         with_parts(uni, N.Strip(), P.Metaspace("▁", "never", split=False))),
        ("replace", "deberta",
         with_parts(uni, N.Sequence([N.Replace("``", '"'), N.Replace(Regex(r"\s+"), " "),
                                     N.Replace(Regex("[aeiou]"), "xx"), N.Replace("e", "")]), meta)),
        ("digits", "deberta", with_parts(uni, None, P.Sequence([P.Digits(True), meta]))),
        ("whitespace, digits", "deberta",
         with_parts(uni, None, P.Sequence([P.Whitespace(), P.Digits(False), meta]))),
        ("bert pre-tokenizer", "deberta",
         with_parts(uni, N.BertNormalizer(), P.Sequence([P.BertPreTokenizer(), meta]))),
        ("trimmed unigram", "deberta",
         with_parts(uni, post_processor=processors.RobertaProcessing(("[SEP]", 2), ("[CLS]", 1)))),
    ]
    for name in ("removed", "isolated", "merged_with_previous", "merged_with_next", "contiguous"):
        rows += [
            (f"regex {name}", "deberta",
             with_parts(uni, None, P.Sequence([P.Split(Regex(r"\s+|\p{P}"), name), meta]))),
            (f"punctuation {name}", "deberta",
             with_parts(uni, None, P.Sequence([P.Punctuation(name), meta]))),
            (f"text {name}", "deberta",
             with_parts(uni, None, P.Sequence([P.Split(" ", name, invert=name == "removed"), meta]))),
        ]
    llama = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}|"
             r" ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")
    ends = (("[SEP]", byte.token_to_id("[SEP]")), ("[CLS]", byte.token_to_id("[CLS]")))
    rows += [
        ("roberta's trim", "modernbert",
         with_parts(byte, None, P.ByteLevel(add_prefix_space=True),
                    processors.RobertaProcessing(*ends, trim_offsets=True, add_prefix_space=True))),
        ("split by a regex before bytes", "modernbert",
         with_parts(byte, N.NFKC(), P.Sequence([P.Split(Regex(llama), "isolated"),
                                                P.ByteLevel(True, use_regex=False)]),
                    processors.ByteLevel(trim_offsets=True, add_prefix_space=True))),
        ("sequence of post-processors", "modernbert",
         with_parts(byte, None, P.Sequence([P.Digits(False), P.ByteLevel(True)]),
                    processors.Sequence([processors.ByteLevel(trim_offsets=True,
                                                              add_prefix_space=False),
                                         template(byte, "[CLS]", "[SEP]")]))),
        ("ignore merges", "modernbert", with_parts(byte, model={"ignore_merges": True})),
        ("mpnet", "tiny_bert",
         with_parts(tiny, post_processor=processors.RobertaProcessing(
             ("[SEP]", tiny.token_to_id("[SEP]")), ("[CLS]", tiny.token_to_id("[CLS]")),
             trim_offsets=True, add_prefix_space=False),
             added=[AddedToken("<mask>", lstrip=True, rstrip=True, normalized=False, special=True)])),
        ("added tokens in BERT", "tiny_bert", with_parts(tiny)),
        ("WordPiece behind others", "tiny_bert",
         with_parts(tiny, N.Sequence([N.NFD(), N.Lowercase(), N.StripAccents()]), P.Whitespace())),
    ]
    unk = {"unk_token": "<unk>"}
    bert = (P.BertPreTokenizer(), N.BertNormalizer())
    small = [
        ("BPE with fused unknowns", train_bpe(texts, P.Metaspace(), N.NFKC(), 600, fuse_unk=True, **unk)),
        ("BPE with unknowns", train_bpe(texts, P.Whitespace(), None, 600, **unk)),
        ("BPE with a suffix", train_bpe(texts, *bert, 600, trainer={"end_of_word_suffix": "</w>"},
                                        end_of_word_suffix="</w>", **unk)),
        ("BPE with a prefix", train_bpe(texts, *bert, 600,
                                        trainer={"continuing_subword_prefix": "##"},
                                        continuing_subword_prefix="##", **unk)),
        ("BPE without unknowns", train_bpe(texts, P.Whitespace(), None, 600)),
    ]
    value = json.loads(train_bpe(texts, P.Metaspace(split=False), None, 600, fuse_unk=True,
                                 **unk).to_str())
    value["model"]["byte_fallback"] = True
    size = len(value["model"]["vocab"])
    value["model"]["vocab"] |= {f"<0x{b:02X}>": size + b for b in range(256)}
    value["added_tokens"] = value["added_tokens"][:1]
    small.append(("BPE with byte fallback", Tokenizer.from_str(json.dumps(value))))
    value = json.loads(uni.to_str())
    value["model"]["vocab"] = value["model"]["vocab"][:1500]
    value["model"]["vocab"] += [[f"<0x{b:02X}>", -20.0] for b in range(256)]
    value["model"]["byte_fallback"] = True
    value["normalizer"] = {"type": "Nmt"}
    value["added_tokens"] = value["added_tokens"][:4]
    small.append(("Unigram with byte fallback", Tokenizer.from_str(json.dumps(value))))
    rows += [(name, "", tokenizer) for name, tokenizer in small]
    return rows


def stream(encoding, words):
    if words:
        return int32_bytes(v for i, w, (b, e) in zip(encoding.ids, encoding.word_ids,
                                                     encoding.offsets) for v in (i, w, b, e))
    return int32_bytes(v for i, (b, e) in zip(encoding.ids, encoding.offsets) for v in (i, b, e))


def torture_hashes(tokenizer):
    texts = [text for _, text in TEXTS] + MORE_TEXTS
    words = [words for _, words in PRE_SPLIT] + MORE_WORDS
    encode = lambda item, split: tokenizer.encode(item, is_pretokenized=split,
                                                  add_special_tokens=False)
    hashes = [f"{fnv1a(stream(encode(t, False), False)):016x}" for t in texts]
    hashes += [f"{fnv1a(stream(encode(w, True), True)):016x}" for w in words]
    return "".join(hashes)


def write_variants(rows):
    bases = {name: json.loads(tokenizer.to_str()) for name, base, tokenizer in rows if name == base}
    out = []
    for name, base, tokenizer in rows:
        value = json.loads(tokenizer.to_str())
        row = {"name": name, "base": base}
        if base:
            patch = {key: part for key, part in value.items()
                     if key != "model" and part != bases[base][key]}
            row["patch"] = patch
            row["model"] = {key: part for key, part in value["model"].items()
                            if part != bases[base]["model"][key]}
            assert "vocab" not in row["model"], name
        else:
            row["patch"] = value
            row["model"] = {}
        # The character map stands in the base's file alone.
        row["patch"] = json.loads(json.dumps(row["patch"]))
        row["hashes"] = torture_hashes(tokenizer)
        row["size"] = tokenizer.get_vocab_size()
        out.append(row)
        print(name, len(json.dumps(row)))
    write_json_rows(OUT / "variants.json",
                    {"format": 1, "tokenizers_version": tokenizers.__version__,
                     "more_texts": MORE_TEXTS, "more_words": MORE_WORDS}, {"variants": out})


def roberta_like(name, **settings):
    """As transformers makes it of vocab.json and merges.txt."""
    from transformers import GPT2Tokenizer, RobertaTokenizer

    folder = DATA / "tokenizers" / name
    vocab = json.loads((folder / "vocab.json").read_text("utf-8"))
    lines = (folder / "merges.txt").read_text("utf-8").split("\n")[1:]
    merges = [tuple(line.split(" ")) for line in lines if line]
    kind = RobertaTokenizer if name.startswith("roberta") else GPT2Tokenizer
    return kind(vocab=vocab, merges=merges, **settings).backend_tokenizer


def mpnet():
    """MPNet's chain around the default encoder's vocabulary, which MPNet's shares but for five."""
    tokenizer = Tokenizer.from_file(str(MINILM / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    tokenizer.post_processor = processors.RobertaProcessing(
        ("[SEP]", 102), ("[CLS]", 101), trim_offsets=True, add_prefix_space=False)
    tokenizer.add_special_tokens([AddedToken("<mask>", lstrip=True, normalized=False, special=True)])
    return tokenizer


def write_real_text(families):
    rows = []
    for source, file, kind in SOURCES:
        items = read_source(file, kind)
        row = {"name": source, "file": file, "kind": kind, "texts": len(items), "families": {}}
        for name, (tokenizer, with_words) in families.items():
            whole, split, tokens = hashlib.sha256(), hashlib.sha256(), 0
            for encoding in tokenizer.encode_batch([t for t, _ in items], add_special_tokens=False):
                whole.update(stream(encoding, False))
                tokens += len(encoding.ids)
            expected = {"sha256": whole.hexdigest()}
            if with_words and items[0][1] is not None:
                for encoding in tokenizer.encode_batch([w for _, w in items], is_pretokenized=True,
                                                       add_special_tokens=False):
                    split.update(stream(encoding, True))
                    tokens += len(encoding.ids)
                expected["words_sha256"] = split.hexdigest()
            row["families"][name] = expected | {"tokens": tokens}
        rows.append(row)
        print(source, {name: value["tokens"] for name, value in row["families"].items()})
    write_json_rows(OUT / "real_text.json",
                    {"format": 1, "tokenizers_version": tokenizers.__version__}, {"sources": rows})


def compare_with_sentencepiece(texts):
    """How far the library and sentencepiece itself agree: both read the same model."""
    ours = deberta()
    theirs = sentencepiece.SentencePieceProcessor(model_file=str(OUT / "deberta" / "spm.model"))
    same = sum(ours.encode(t, add_special_tokens=False).ids == theirs.encode(t) for t in texts)
    print(f"sentencepiece agrees on the ids of {same} of {len(texts)} texts")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--keep", action="store_true", help="keep the trained models")
    parser.add_argument("--explain", nargs=2, metavar=("VARIANT", "TEXT"))
    arguments = parser.parse_args()
    texts = real_texts()
    if not arguments.keep and not arguments.explain:
        for name in ("deberta", "modernbert"):
            (OUT / name).mkdir(parents=True, exist_ok=True)
        train_unigram(OUT / "deberta" / "spm.model", texts)
        deberta().save(str(OUT / "deberta" / "tokenizer.json"), pretty=False)
        train_modernbert(texts).save(str(OUT / "modernbert" / "tokenizer.json"), pretty=False)
    rows = variants(texts[:4000])
    if arguments.explain:
        tokenizer = next(t for name, _, t in rows if name == arguments.explain[0])
        encoding = tokenizer.encode(arguments.explain[1], add_special_tokens=False)
        for item in zip(encoding.ids, encoding.tokens, encoding.offsets):
            print(*item)
        return
    write_variants(rows)
    compare_with_sentencepiece(texts[:5000])
    named = {name: tokenizer for name, _, tokenizer in rows}
    write_real_text({
        "roberta": (roberta_like("roberta-base", add_prefix_space=False), False),
        "roberta with prefix": (roberta_like("roberta-base", add_prefix_space=True), True),
        "gpt2": (roberta_like("gpt2"), True),
        "deberta": (named["deberta"], True),
        "deberta lowercase, punctuation": (deberta(True, True), True),
        "xlm-roberta": (xlm_roberta(), True),
        "gliner": (named["gliner"], True),
        "modernbert": (named["modernbert"], True),
        "mpnet": (mpnet(), True),
    })


if __name__ == "__main__":
    main()

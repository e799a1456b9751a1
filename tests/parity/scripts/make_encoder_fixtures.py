"""Writes tests/fixtures/encoders/: hidden states and logits that transformers computes.

  minilm_hidden.{json,safetensors}  six sentences through the default encoder's real weights
  tiny_bert/                        random-weight BertForTokenClassification as transformers saves
                                    it (keys `bert.*`, no pooler), with expected.json
  tiny_bert_bare/                   the same encoder saved as a bare BertModel (no prefix, pooler)

Formats: tests/fixtures/README.md. Versions: requirements.txt (torch 2.13.0, transformers 5.23.0).
Run: python tests/parity/scripts/make_encoder_fixtures.py
Deterministic for these versions on one machine; a different CPU may change the last bits.
"""

import shutil
from collections import Counter

import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, decoders
from transformers import (AutoModelForTokenClassification, BertConfig, BertForTokenClassification,
                          BertModel, BertTokenizerFast)

from common import FIXTURES, MINILM, write_json
from make_tokenizer_fixtures import uncased

OUT = FIXTURES / "encoders"

SENTENCES = [
    "Ada Lovelace joined Bayer AG.",
    "🧪",
    "The patient was started on amoxicillin 500 mg three times a day, but developed a rash on the "
    "second evening and was switched to doxycycline.",
    "Is there a cheap Thai place near Alexanderplatz that is open after midnight?",
    "This Agreement is made on 3 May 2021 between Søren Ødegård A/S, Copenhagen, and Café Müller.",
    "no",
]
MIDDLE = 3  # hidden_states[3]: what the third of the six layers gives


def minilm() -> None:
    tokenizer = uncased()
    encodings = [tokenizer.encode(s) for s in SENTENCES]
    width = max(len(e.ids) for e in encodings)
    ids = torch.zeros(len(encodings), width, dtype=torch.int64)
    mask = torch.zeros_like(ids)
    for row, e in enumerate(encodings):
        ids[row, : len(e.ids)] = torch.tensor(e.ids)
        mask[row, : len(e.ids)] = 1
    out = {}
    for attention in ("eager", "sdpa"):
        model = BertModel.from_pretrained(MINILM, attn_implementation=attention,
                                          dtype=torch.float32).eval()
        with torch.no_grad():
            out[attention] = model(ids, attention_mask=mask, output_hidden_states=True).hidden_states
            alone = model(ids[:1, : len(encodings[0].ids)], output_hidden_states=True).hidden_states
    keep = mask[..., None].float()
    spread = max(float(((a - b) * keep).abs().max()) for a, b in zip(out["eager"], out["sdpa"]))
    states = out["eager"]
    padding = max(float((alone[i][0] - states[i][0, : alone[i].shape[1]]).abs().max())
                  for i in range(len(states)))
    tensors = {
        "input_ids": ids, "attention_mask": mask,
        "last_hidden_state": states[-1] * keep,
        "middle_hidden_state": states[MIDDLE] * keep,
        "all_hidden_states": torch.stack([h[0, : len(encodings[0].ids)] for h in states]),
    }
    OUT.mkdir(parents=True, exist_ok=True)
    save_file({k: v.contiguous() for k, v in tensors.items()}, OUT / "minilm_hidden.safetensors")
    (OUT / "minilm_hidden.safetensors").chmod(0o644)
    write_json(OUT / "minilm_hidden.json", {
        "format": 1, "model": "all-MiniLM-L6-v2",
        "model_sha256": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
        "texts": SENTENCES, "lengths": [len(e.ids) for e in encodings], "middle_layer": MIDDLE,
        "tensors": {k: {"shape": list(v.shape), "dtype": str(v.dtype).split(".")[1]}
                    for k, v in tensors.items()},
        "eager_against_sdpa_max_abs": spread, "batched_against_alone_max_abs": padding,
    }, indent=1)


WORDS = """the a an of and to in on at for with by from is was has joined met said bought works
ada lovelace grace hopper alan turing bayer acme siemens nokia berlin paris london city company
doctor new york bank river she he they it who when where last first week year office plant street
sold moved signed contract agreement patient drug rash""".split()
LABELS = ["B-ORG", "I-ORG", "O", "B-PER", "I-PER"]  # not in the usual order, on purpose
TINY_SENTENCES = [
    ["Ada", "Lovelace", "joined", "Bayer", "AG", "."],
    ["Grace", "Hopper", "met", "Alan", "Turing", "in", "New", "York", "."],
    ["Acme", "bought", "Nokia", "!"],
    ["the", "antidepressant", "was", "sold", "by", "Siemens-Nokia", "(", "Berlin", ")"],
    ["Café", "Zürich", "🧪", "x"],
    ["a", "\u200b", "contract"],
    ["\u200b"],
    ["joined"],
    ["She", "moved", "to", "London", "last", "week", "and", "works", "for", "a", "bank", "on",
     "the", "river", ",", "where", "Turing", "signed", "an", "agreement", "of", "42", "pages", "."],
]


def tiny_vocabulary():
    letters = "abcdefghijklmnopqrstuvwxyz0123456789"
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] + list(".,;:!?()-'\"") + list(letters)
    pieces += ["##" + c for c in letters] + ["##ing", "##ed", "##er", "##ion"]
    return list(dict.fromkeys(pieces + WORDS))


def tiny() -> None:
    torch.manual_seed(15)
    pieces = tiny_vocabulary()
    directory = OUT / "tiny_bert"
    bare = OUT / "tiny_bert_bare"
    for d in (directory, bare):
        shutil.rmtree(d, ignore_errors=True)
        d.mkdir(parents=True)
    vocab = {t: i for i, t in enumerate(pieces)}
    config = BertConfig(
        vocab_size=len(pieces), hidden_size=32, num_hidden_layers=2, num_attention_heads=4,
        intermediate_size=64, max_position_embeddings=64, type_vocab_size=2,
        initializer_range=0.3, id2label=dict(enumerate(LABELS)),
        label2id={label: i for i, label in enumerate(LABELS)}, architectures=None)
    model = BertForTokenClassification(config).eval()
    with torch.no_grad():  # biases and LayerNorm must matter too
        for name, p in model.named_parameters():
            if name.endswith("bias"):
                p.normal_(0, 0.1)
            elif "LayerNorm.weight" in name:
                p.normal_(1, 0.1)
    model.save_pretrained(directory)
    core = BertModel(config)  # with pooler
    missing, unexpected = core.load_state_dict(model.bert.state_dict(), strict=False)
    assert not unexpected and all(m.startswith("pooler.") for m in missing), (missing, unexpected)
    core.save_pretrained(bare)

    tokenizer = Tokenizer(models.WordPiece(vocab, unk_token="[UNK]", max_input_chars_per_word=100))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS]:0 $A:0 [SEP]:0", pair="[CLS]:0 $A:0 [SEP]:0 $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 2), ("[SEP]", 3)])
    tokenizer.decoder = decoders.WordPiece(prefix="##")
    tokenizer.add_special_tokens(pieces[:5])
    fast = BertTokenizerFast(tokenizer_object=tokenizer, do_lower_case=True, model_max_length=64)
    for d in (directory, bare):
        fast.save_pretrained(d)
        (d / "vocab.txt").write_text("\n".join(pieces) + "\n", encoding="utf-8")

    loaded = AutoModelForTokenClassification.from_pretrained(directory).eval()
    encodings = [tokenizer.encode(s, is_pretokenized=True) for s in TINY_SENTENCES]
    cases = []
    with torch.no_grad():
        for words, e in zip(TINY_SENTENCES, encodings):
            output = loaded(torch.tensor([e.ids]), output_hidden_states=True)
            cases.append(tiny_case(words, e, output.logits[0], output.hidden_states[-1][0]))
    assert any(c["argmax_tags"] != c["viterbi_tags"] for c in cases)
    counts = Counter(t for c in cases for t in c["viterbi_tags"])
    assert counts["O"] >= 12 and all(counts[label] >= 3 for label in LABELS), counts
    write_json(directory / "expected.json", {"format": 1, "labels": LABELS, "cases": cases})
    for d in (directory, bare):
        for f in sorted(d.iterdir()):
            f.chmod(0o644)
            print(f"  {f.relative_to(OUT)} {f.stat().st_size}")


def tiny_case(words, encoding, logits, hidden):
    word_ids = [-1 if w is None else w for w in encoding.word_ids]
    first = [word_ids.index(w) if w in word_ids else None for w in range(len(words))]
    rows = [None if f is None else torch.log_softmax(logits[f], -1).tolist() for f in first]
    arg = ["O" if f is None else LABELS[int(logits[f].argmax())] for f in first]
    number = lambda v: float(f"{v:.7g}")
    return {"words": words, "input_ids": encoding.ids, "word_ids": word_ids,
            "logits": [[number(v) for v in row] for row in logits.tolist()],
            "last_hidden_state": [[number(v) for v in row] for row in hidden.tolist()],
            "argmax_tags": arg, "viterbi_tags": viterbi(rows, LABELS)}


def viterbi(rows, labels):
    """The best BIO-valid tag sequence: I-X only after B-X or I-X; no transition scores.

    `rows`: log-probabilities per word, None for a word without sub-tokens (it must be O).
    """
    impossible = float("-inf")
    score, back = None, []
    for row in rows:
        if row is None:
            row = [0.0 if label == "O" else impossible for label in labels]
        best, came = [], []
        for j, label in enumerate(labels):
            inside = label.startswith("I-")
            if score is None:
                best.append(impossible if inside else row[j])
                came.append(-1)
                continue
            options = [i for i, l in enumerate(labels) if not inside or l[1:] == label[1:] and l != "O"]
            i = max(options, key=lambda o: score[o])
            best.append(score[i] + row[j])
            came.append(i)
        score = best
        back.append(came)
    j = max(range(len(labels)), key=lambda o: score[o])
    tags = []
    for came in reversed(back):
        tags.append(labels[j])
        j = came[j]
    return tags[::-1]


if __name__ == "__main__":
    torch.set_num_threads(1)
    minilm()
    tiny()

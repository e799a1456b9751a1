"""Does a bundle that Spanwise trained give the same tags in transformers?

  spanwise-cli predict --model BUNDLE --format conll FILE.conll > pred.conll
  python load_check.py BUNDLE FILE.conll pred.conll [--logits logits.jsonl] [--limit N]

Loads BUNDLE with AutoTokenizer and AutoModelForTokenClassification.from_pretrained. The words come
from FILE (CoNLL or JSONL {"words": [...]}), the tags to compare with from pred.conll (last column).
A word's logits are its first sub-token's; a word without sub-tokens is O. Tags: argmax, and the
BIO-constrained Viterbi path that Spanwise takes. --logits: JSONL, per sentence {"logits":
[words][labels]} (an empty row for a word without sub-tokens). Sentences longer than the model's
window are left out and counted. Exit code 1 when a Viterbi tag differs or a logit by > 1e-3.
"""

import argparse
import json
import sys

import torch
from transformers import AutoModelForTokenClassification, AutoTokenizer

import corpus


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("bundle")
    p.add_argument("words")
    p.add_argument("predicted", nargs="?")
    p.add_argument("--logits")
    p.add_argument("--limit", type=int, default=0)
    p.add_argument("--write-conll", help="write transformers' Viterbi tags here")
    a = p.parse_args()
    tokenizer = AutoTokenizer.from_pretrained(a.bundle)
    model, info = AutoModelForTokenClassification.from_pretrained(a.bundle, output_loading_info=True)
    model.eval()
    problems = {k: v for k, v in info.items() if v}
    print("loading:", f"PROBLEMS {problems}" if problems else "every weight used, none missing")
    labels = [model.config.id2label[i] for i in range(model.config.num_labels)]
    print(type(model).__name__, type(tokenizer).__name__, len(labels), "labels:", " ".join(labels))
    if a.words.endswith(".jsonl"):
        sentences = [json.loads(line)["words"] for line in open(a.words, encoding="utf-8") if line.strip()]
    else:
        sentences = [[w for w, _ in s] for s in corpus.conll(a.words)]
    peers = [[t for _, t in s] for s in corpus.conll(a.predicted)] if a.predicted else None
    logits = [json.loads(line)["logits"] for line in open(a.logits, encoding="utf-8")] if a.logits else None
    if peers and len(peers) != len(sentences):
        sys.exit(f"{a.predicted} has {len(peers)} sentences, {a.words} {len(sentences)}")
    if a.limit:
        sentences = sentences[: a.limit]
    window = model.config.max_position_embeddings
    if model.config.model_type in ("roberta", "xlm-roberta", "mpnet"):
        window -= model.config.pad_token_id + 1  # positions begin after padding's
    words = same_argmax = same_viterbi = too_long = 0
    worst = 0.0
    examples, written = [], []
    for n, sentence in enumerate(sentences):
        batch = tokenizer(sentence, is_split_into_words=True, return_tensors="pt")
        if batch["input_ids"].shape[1] > window:
            too_long += 1
            written.append(list(zip(sentence, ["O"] * len(sentence))))
            continue
        with torch.inference_mode():
            rows = model(**batch).logits[0]
        first = {}
        for column, word in enumerate(batch.word_ids(0)):
            if word is not None:
                first.setdefault(word, column)
        floor = torch.full((len(labels),), -1e9)
        floor[labels.index("O")] = 0
        table = torch.stack([rows[first[w]].log_softmax(-1) if w in first else floor
                             for w in range(len(sentence))])
        path = [labels[i] for i in corpus.viterbi(table.numpy(), labels)]
        best = [labels[i] for i in table.argmax(-1).tolist()]
        written.append(list(zip(sentence, path)))
        if peers:
            if len(peers[n]) != len(sentence):
                sys.exit(f"sentence {n}: {len(peers[n])} tags for {len(sentence)} words")
            words += len(sentence)
            same_argmax += sum(x == y for x, y in zip(best, peers[n]))
            same_viterbi += sum(x == y for x, y in zip(path, peers[n]))
            if path != peers[n] and len(examples) < 5:
                examples.append((sentence, path, peers[n]))
        if logits:
            for w, row in enumerate(logits[n]):
                if row:
                    worst = max(worst, float((rows[first[w]] - torch.tensor(row)).abs().max()))
    print(f"{len(sentences)} sentences, {too_long} longer than the window left out")
    failed = bool(problems)
    if peers:
        print(f"{words} words: Viterbi tags equal {same_viterbi} ({same_viterbi / words:.4%}), "
              f"argmax tags equal {same_argmax} ({same_argmax / words:.4%})")
        failed |= same_viterbi != words
    if logits:
        print(f"largest logit difference {worst:.2e}")
        failed |= worst > 1e-3
    for sentence, ours, theirs in examples:
        print("differs:", *(f"{w}/{x}" if x == y else f"{w}/{x}!={y}" for w, x, y in zip(sentence, ours, theirs)))
    if a.write_conll:
        with open(a.write_conll, "w", encoding="utf-8") as f:
            for s in written:
                f.write("".join(f"{w} {t}\n" for w, t in s) + "\n")
    sys.exit(failed)


if __name__ == "__main__":
    main()

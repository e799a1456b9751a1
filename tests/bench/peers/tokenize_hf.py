"""Peer: Hugging Face tokenizers, one thread.

  python tokenize_hf.py --tokenizer DIR/tokenizer.json --input FILE [--limit N]
FILE: CoNLL, JSONL or plain lines; each sentence is one call with its words joined by spaces
(ids and offsets, no special tokens). Also as one batch. Prints sub-tokens/s, median of --repeats.
"""

import os

os.environ["TOKENIZERS_PARALLELISM"] = "false"

import argparse

from tokenizers import Tokenizer

import corpus


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("--tokenizer", required=True)
    p.add_argument("--input", required=True)
    p.add_argument("--limit", type=int, default=0)
    p.add_argument("--repeats", type=int, default=5)
    a = p.parse_args()
    tokenizer = Tokenizer.from_file(a.tokenizer)
    tokenizer.no_truncation()
    tokenizer.no_padding()
    texts = [" ".join(w) for w in corpus.sentences(a.input, a.limit)]
    count = sum(len(tokenizer.encode(t, add_special_tokens=False).ids) for t in texts)

    def one_by_one():
        for text in texts:
            e = tokenizer.encode(text, add_special_tokens=False)
            e.ids, e.offsets

    def batch():
        for e in tokenizer.encode_batch(texts, add_special_tokens=False):
            e.ids, e.offsets

    def batch_ids_only():
        for e in tokenizer.encode_batch_fast(texts, add_special_tokens=False):
            e.ids

    print(f"{len(texts)} texts, {count} sub-tokens, one thread")
    for name, work in (("encode", one_by_one), ("encode_batch", batch),
                       ("encode_batch_fast, ids only", batch_ids_only)):
        seconds, _ = corpus.median_seconds(work, a.repeats)
        print(f"{name}: {count / seconds:,.0f} sub-tokens/s")


if __name__ == "__main__":
    main()

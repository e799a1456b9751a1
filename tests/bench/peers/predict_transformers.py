"""Peer: transformers' token-classification pipeline as its documentation shows it.

  python predict_transformers.py --model DIR --input FILE [--limit 500 --low 8 --high 48]
FILE: CoNLL, JSONL or plain lines. A bare encoder gets a random head (the time is the same).
Prints sub-tokens/s and words/s for each batch size (and for --sorted also batches made by length
without the pipeline), the median of --repeats runs. --json FILE writes the figures.
"""

import argparse
import json

import torch
from transformers import AutoModelForTokenClassification, AutoTokenizer, pipeline
from transformers.utils import logging

import corpus


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("--model", required=True)
    p.add_argument("--input", required=True)
    p.add_argument("--limit", type=int, default=500)
    p.add_argument("--low", type=int, default=8)
    p.add_argument("--high", type=int, default=48)
    p.add_argument("--batch", default="1,16")
    p.add_argument("--labels", type=int, default=0, help="labels of a random head, when DIR has none")
    p.add_argument("--repeats", type=int, default=3)
    p.add_argument("--threads", type=int, default=2)
    p.add_argument("--sorted", action="store_true", help="also plain PyTorch, sorted by length")
    p.add_argument("--json")
    a = p.parse_args()
    logging.set_verbosity_error()
    torch.set_num_threads(a.threads)
    words = corpus.sentences(a.input, a.limit, a.low, a.high)
    texts = [" ".join(w) for w in words]
    tokenizer = AutoTokenizer.from_pretrained(a.model)
    extra = {"num_labels": a.labels} if a.labels else {}
    model = AutoModelForTokenClassification.from_pretrained(a.model, **extra).eval()
    count = sum(len(ids) for ids in tokenizer(texts, add_special_tokens=False)["input_ids"])
    total = sum(len(w) for w in words)
    print(f"{len(texts)} sentences, {total} words, {count} sub-tokens, {a.threads} threads")
    run = pipeline("token-classification", model=model, tokenizer=tokenizer,
                   aggregation_strategy="simple", device=-1)
    rows = []

    def show(name, batch, work):
        seconds, times = corpus.median_seconds(work, a.repeats)
        rows.append({"what": name, "batch": batch, "seconds": seconds, "all_seconds": times,
                     "tokens_per_second": count / seconds, "words_per_second": total / seconds})
        print(f"{name} batch {batch}: {count / seconds:,.0f} sub-tokens/s, "
              f"{total / seconds:,.0f} words/s, {seconds:.2f} s")

    for batch in map(int, a.batch.split(",")):
        show("pipeline", batch, lambda: run(texts, batch_size=batch))
    if a.sorted:
        def by_length():
            encoded = tokenizer(texts)["input_ids"]
            order = sorted(range(len(texts)), key=lambda i: len(encoded[i]))
            with torch.inference_mode():
                for start in range(0, len(order), 32):
                    batch = tokenizer.pad({"input_ids": [encoded[i] for i in order[start : start + 32]]},
                                          return_tensors="pt")
                    model(**batch).logits.argmax(-1)
        show("PyTorch, sorted", 32, by_length)
    if a.json:
        with open(a.json, "w", encoding="utf-8") as f:
            json.dump({"sentences": len(texts), "words": total, "tokens": count, "rows": rows}, f, indent=1)


if __name__ == "__main__":
    main()

"""Peer: transformers' token-classification pipeline as its documentation shows it, and PyTorch
eager in batches by length that hold a budget of tokens.

  python predict_transformers.py --model DIR --input FILE [--limit 500 --low 8 --high 48]
FILE: CoNLL, JSONL or plain lines. A bare encoder gets a random head (the time is the same).
Prints sub-tokens/s and words/s, medians of --repeats runs. --serve: for bench_predict, one run of
each for every line "go", seconds by name as a line of JSON.
"""

import argparse

import torch
from transformers import AutoModelForTokenClassification, AutoTokenizer, pipeline
from transformers.utils import logging

import corpus


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    corpus.predict_arguments(p)
    p.add_argument("--batch", default="1,16")
    p.add_argument("--labels", type=int, default=0, help="labels of a random head, when DIR has none")
    a = p.parse_args()
    logging.set_verbosity_error()
    torch.set_num_threads(a.threads)
    words = corpus.sentences(a.input, a.limit, a.low, a.high)
    texts = [" ".join(w) for w in words]
    tokenizer = AutoTokenizer.from_pretrained(a.model)
    extra = {"num_labels": a.labels} if a.labels else {}
    model = AutoModelForTokenClassification.from_pretrained(a.model, **extra).eval()
    count = sum(len(ids) for ids in tokenizer(texts, add_special_tokens=False)["input_ids"])
    run = pipeline("token-classification", model=model, tokenizer=tokenizer,
                   aggregation_strategy="simple", device=-1)

    def by_length():
        encoded = tokenizer(words, is_split_into_words=True)["input_ids"]
        with torch.inference_mode():
            for batch in corpus.by_length(encoded, a.tokens):
                padded = tokenizer.pad({"input_ids": [encoded[i] for i in batch]}, return_tensors="pt")
                model(**padded).logits.argmax(-1)

    work = {f"pipeline, batch {b}": lambda b=b: run(texts, batch_size=b) for b in map(int, a.batch.split(","))}
    work[f"PyTorch, {a.tokens} tokens"] = by_length
    corpus.measure(work, a, {"words": sum(map(len, words)), "tokens": count})


if __name__ == "__main__":
    main()

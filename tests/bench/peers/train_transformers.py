"""Peer: one fine-tuning step in transformers (all layers, AdamW, dropout as configured, fp32).

  python train_transformers.py --model DIR --input FILE.conll [--batch 8 --steps 20]
Batches are `--batch` consecutive sentences of --low to --high words, padded. Prints the median
milliseconds of a step and sub-tokens/s. --freeze N leaves embeddings and N layers out.
"""

import argparse
import statistics
import time

import torch
from transformers import AutoModelForTokenClassification, AutoTokenizer
from transformers.utils import logging

import corpus


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("--model", required=True)
    p.add_argument("--input", required=True)
    p.add_argument("--batch", type=int, default=8)
    p.add_argument("--steps", type=int, default=20)
    p.add_argument("--low", type=int, default=8)
    p.add_argument("--high", type=int, default=48)
    p.add_argument("--freeze", type=int, default=-1)
    p.add_argument("--threads", type=int, default=2)
    a = p.parse_args()
    logging.set_verbosity_error()
    torch.set_num_threads(a.threads)
    torch.manual_seed(1)
    data = [s for s in corpus.conll(a.input) if a.low <= len(s) <= a.high][: a.batch * (a.steps + 3)]
    labels = ["O"] + sorted({t for s in data for _, t in s} - {"O"})
    tokenizer = AutoTokenizer.from_pretrained(a.model)
    model = AutoModelForTokenClassification.from_pretrained(a.model, num_labels=len(labels)).train()
    if a.freeze >= 0:
        base = getattr(model, model.base_model_prefix)
        for module in [base.embeddings, *base.encoder.layer[: a.freeze]]:
            module.requires_grad_(False)
    optimizer = torch.optim.AdamW([q for q in model.parameters() if q.requires_grad], lr=5e-5)
    times, tokens = [], []
    for start in range(0, len(data) - a.batch + 1, a.batch):
        chunk = data[start : start + a.batch]
        batch = tokenizer([[w for w, _ in s] for s in chunk], is_split_into_words=True, padding=True,
                          truncation=True, max_length=512, return_tensors="pt")
        target = torch.full(batch["input_ids"].shape, -100)
        for row, sentence in enumerate(chunk):
            seen = set()
            for column, word in enumerate(batch.word_ids(row)):
                if word is not None and word not in seen:
                    seen.add(word)
                    target[row, column] = labels.index(sentence[word][1])
        begin = time.perf_counter()
        loss = model(**batch, labels=target).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        times.append(time.perf_counter() - begin)
        tokens.append(int(batch["attention_mask"].sum()))
    times, tokens = times[3:], tokens[3:]
    median = statistics.median(times)
    print(f"{len(times)} steps of {a.batch} sentences, {a.threads} threads: median {median * 1e3:.0f} ms "
          f"(min {min(times) * 1e3:.0f}), {sum(tokens) / sum(times):,.0f} sub-tokens/s, "
          f"{sum(tokens) / len(tokens):.0f} sub-tokens a step")


if __name__ == "__main__":
    main()

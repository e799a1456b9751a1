"""Peer: fine-tuning in transformers (all layers, AdamW, dropout as configured, fp32).

  python train_transformers.py --model DIR --input FILE.conll [--sentences 64 --steps 60]
Batches of 8 sentences in shuffled rounds, padded; the rate rises over a tenth of the steps and falls
to zero. Prints the mean milliseconds of a step and sub-tokens/s; with --test also strict F1 of the
result (first sub-tokens, Viterbi over BIO). --freeze N leaves embeddings and N layers out. --json:
one line of JSON.
"""

import argparse
import json
import random
import resource
import statistics
import time

import torch
from transformers import AutoModelForTokenClassification, AutoTokenizer
from transformers.utils import logging

import corpus


def spans(tags):
    found, begin = set(), None
    for i, tag in enumerate([*tags, "O"]):
        if begin is not None and tag != "I-" + tags[begin][2:]:
            found.add((begin, i, tags[begin][2:]))
            begin = None
        if tag.startswith("B-"):
            begin = i
    return found


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("--model", required=True)
    p.add_argument("--input", required=True)
    p.add_argument("--test")
    p.add_argument("--sentences", type=int, default=64)
    p.add_argument("--test-sentences", type=int, default=500)
    p.add_argument("--batch", type=int, default=8)
    p.add_argument("--steps", type=int, default=60)
    p.add_argument("--rate", type=float, default=3e-4, help="of all-MiniLM-L6-v2; wider ones take less")
    p.add_argument("--freeze", type=int, default=-1)
    p.add_argument("--threads", type=int, default=2)
    p.add_argument("--json", action="store_true")
    a = p.parse_args()
    logging.set_verbosity_error()
    torch.set_num_threads(a.threads)
    torch.manual_seed(1)
    data = corpus.conll(a.input)[: a.sentences]
    labels = ["O"] + [f"{b}-{t}" for t in sorted({t[2:] for s in data for _, t in s} - {""}) for b in "BI"]
    tokenizer = AutoTokenizer.from_pretrained(a.model)
    model = AutoModelForTokenClassification.from_pretrained(a.model, num_labels=len(labels)).train()
    begin = time.perf_counter()
    rate = a.rate * (384 / max(384, model.config.hidden_size)) ** 1.5
    if a.freeze >= 0:
        base = getattr(model, model.base_model_prefix)
        for module in [base.embeddings, *base.encoder.layer[: a.freeze]]:
            module.requires_grad_(False)
    head = [q for n, q in model.named_parameters() if n.startswith("classifier")]
    body = [q for n, q in model.named_parameters() if q.requires_grad and not n.startswith("classifier")]
    optimizer = torch.optim.AdamW([{"params": body, "lr": rate}, {"params": head, "lr": rate * 10 / 3}])
    warm = max(1, a.steps // 10)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda s: (s + 1) / warm if s < warm else (a.steps - s) / (a.steps - warm))

    def encode(chunk):
        return tokenizer([[w for w, _ in s] for s in chunk], is_split_into_words=True, padding=True,
                         truncation=True, max_length=512, return_tensors="pt")

    def firsts(batch, row):
        """(column, word) of each word's first sub-token."""
        seen = set()
        for column, word in enumerate(batch.word_ids(row)):
            if word is not None and word not in seen:
                seen.add(word)
                yield column, word

    shuffler, order = random.Random(1), []
    times, tokens = [], []
    for _ in range(a.steps):
        start = time.perf_counter()
        if len(order) < a.batch:
            rest = list(range(len(data)))
            shuffler.shuffle(rest)
            order += rest
        chunk, order = [data[i] for i in order[: a.batch]], order[a.batch :]
        batch = encode(chunk)
        target = torch.full(batch["input_ids"].shape, -100)
        for row, sentence in enumerate(chunk):
            for column, word in firsts(batch, row):
                target[row, column] = labels.index(sentence[word][1])
        loss = model(**batch, labels=target).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        optimizer.zero_grad()
        times.append(time.perf_counter() - start)
        tokens.append(int(batch["attention_mask"].sum()))
    fit = time.perf_counter() - begin
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    times, tokens = times[3:], tokens[3:]
    mean = statistics.mean(times)
    f1 = None
    if a.test:
        model.eval()
        right = found = gold = 0
        test = corpus.conll(a.test)[: a.test_sentences]
        encoded = tokenizer([[w for w, _ in s] for s in test], is_split_into_words=True)["input_ids"]
        with torch.inference_mode():
            for indices in corpus.by_length(encoded, 512):
                chunk = [test[i] for i in indices]
                batch = encode(chunk)
                scores = model(**batch).logits.log_softmax(-1)
                for row, sentence in enumerate(chunk):
                    tags = ["O"] * len(sentence)
                    places = list(firsts(batch, row))
                    path = corpus.viterbi(scores[row, [c for c, _ in places]].tolist(), labels)
                    for (_, word), label in zip(places, path):
                        tags[word] = labels[label]
                    ours, theirs = spans(tags), spans([t for _, t in sentence])
                    right, found, gold = right + len(ours & theirs), found + len(ours), gold + len(theirs)
        f1 = 2 * right / max(1, found + gold)
    if a.json:
        print(json.dumps({"step_ms": mean * 1e3, "seconds": fit, "f1": f1, "peak_megabytes": peak}))
        return
    print(f"{len(times)} steps of {a.batch} sentences, {a.threads} threads: mean {mean * 1e3:.0f} ms "
          f"(min {min(times) * 1e3:.0f}), {sum(tokens) / sum(times):,.0f} sub-tokens/s, "
          f"{sum(tokens) / len(tokens):.0f} sub-tokens a step, F1 {f1}, peak {peak:.0f} MB")


if __name__ == "__main__":
    main()

"""Peer: a plain PyTorch fine-tune of the encoder on k mentions a type, scored by seqeval.

  python few_shot_transformers.py --train FILE.conll --test FILE.conll --k 16 --draws 5 \\
      --lr 1e-4 --head-lr 1e-3 --steps 120 [--batch 8 --freeze 3 --viterbi ...]
Linear head on the first sub-token of each word (dropout before it), cross entropy, AdamW, linear
warm-up and decay, gradient clipping. The draw is corpus.draw (k~2k), seeds 1..draws. Prints strict
micro F1 (IOB2), macro F1 and fit seconds: a line per draw and the mean. --steps 0 with --epochs N
sets steps from the data. --json FILE appends one line with the options and results.
"""

import argparse
import json
import statistics
import time
import warnings

import torch
from seqeval.metrics import f1_score
from seqeval.scheme import IOB2
from transformers import AutoModel, AutoTokenizer
from transformers.utils import logging

import corpus


class Tagger(torch.nn.Module):
    def __init__(self, directory, labels, options):
        super().__init__()
        kind = {"hidden_dropout_prob": options.dropout, "attention_probs_dropout_prob": options.attention_dropout}
        self.encoder = AutoModel.from_pretrained(directory, add_pooling_layer=False, **kind)
        self.layers = [int(x) for x in options.features.split(",")]
        width = self.encoder.config.hidden_size * len(self.layers)
        self.dropout = torch.nn.Dropout(options.head_dropout)
        self.head = torch.nn.Linear(width, labels)
        torch.nn.init.normal_(self.head.weight, std=0.02)
        torch.nn.init.zeros_(self.head.bias)
        frozen = [] if options.freeze < 0 else [self.encoder.embeddings, *self.encoder.encoder.layer[: options.freeze]]
        for module in frozen:
            module.requires_grad_(False)

    def forward(self, ids, mask):
        states = self.encoder(ids, attention_mask=mask, output_hidden_states=True).hidden_states
        return self.head(self.dropout(torch.cat([states[i] for i in self.layers], -1)))


def encode(tokenizer, sentences, label_ids):
    items = []
    for s in sentences:
        e = tokenizer([w for w, _ in s], is_split_into_words=True, truncation=True, max_length=512)
        target, first, seen = [], {}, set()
        for column, word in enumerate(e.word_ids()):
            fresh = word is not None and word not in seen
            target.append(label_ids.get(s[word][1], 0) if fresh else -100)
            if fresh:
                seen.add(word)
                first[word] = column
        items.append((e["input_ids"], target, first))
    return items


def pad(items):
    width = max(len(i[0]) for i in items)
    ids = torch.zeros(len(items), width, dtype=torch.int64)
    mask, target = torch.zeros_like(ids), torch.full_like(ids, -100)
    for row, (tokens, tags, _) in enumerate(items):
        ids[row, : len(tokens)] = torch.tensor(tokens)
        mask[row, : len(tokens)] = 1
        target[row, : len(tags)] = torch.tensor(tags)
    return ids, mask, target


def groups(model, options):
    """Layer-wise learning rates: lr * decay^(depth from the top)."""
    depth = model.encoder.config.num_hidden_layers
    result = {}
    for name, p in model.named_parameters():
        if not p.requires_grad:
            continue
        if name.startswith("head."):
            lr = options.head_lr
        elif ".layer." in name:
            lr = options.lr * options.layer_decay ** (depth - 1 - int(name.split(".layer.")[1].split(".")[0]))
        else:
            lr = options.lr * options.layer_decay**depth
        decay = 0.0 if p.ndim == 1 else options.weight_decay
        result.setdefault((lr, decay), []).append(p)
    return [{"params": v, "lr": lr, "weight_decay": d, "base": lr} for (lr, d), v in result.items()]


def batches(items, size, generator):
    """Endless: shuffled epochs."""
    while True:
        order = torch.randperm(len(items), generator=generator).tolist()
        for start in range(0, len(order), size):
            yield [items[i] for i in order[start : start + size]]


def fit(tokenizer, chosen, labels, options, seed):
    torch.manual_seed(seed)
    start = time.perf_counter()
    items = encode(tokenizer, chosen, {l: i for i, l in enumerate(labels)})
    model = Tagger(options.model, len(labels), options).train()
    optimizer = torch.optim.AdamW(groups(model, options))
    steps = options.steps or max(1, round(options.epochs * len(items) / options.batch))
    source = batches(items, options.batch, torch.Generator().manual_seed(seed))
    warm = max(1, int(steps * options.warmup))
    weight = torch.ones(len(labels))
    weight[0] = options.o_weight
    loss_of = torch.nn.CrossEntropyLoss(weight=weight, label_smoothing=options.smoothing)
    for step in range(steps):
        scale = (step + 1) / warm if step < warm else (steps - step) / (steps - warm + 1)
        for g in optimizer.param_groups:
            g["lr"] = g["base"] * scale
        ids, mask, target = pad(next(source))
        logits = model(ids, mask)
        loss = loss_of(logits.flatten(0, 1), target.flatten())
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
    return model.eval(), time.perf_counter() - start, steps, float(loss)


@torch.inference_mode()
def log_probabilities(model, items, count):
    order = sorted(range(count), key=lambda i: len(items[i][0]))
    tables = [None] * count
    for start in range(0, count, 64):
        chunk = order[start : start + 64]
        ids, mask, _ = pad([items[i] for i in chunk])
        rows = model(ids, mask).log_softmax(-1)
        for r, i in enumerate(chunk):
            first = items[i][2]
            tables[i] = (first, rows[r])
    return tables


def decode(tables, words, labels, use_viterbi):
    result = []
    for (first, rows), n in zip(tables, words):
        floor = torch.full((len(labels),), -1e9)
        floor[0] = 0
        table = torch.stack([rows[first[w]] if w in first else floor for w in range(n)])
        path = corpus.viterbi(table.numpy(), labels) if use_viterbi else table.argmax(-1).tolist()
        result.append([labels[i] for i in path])
    return result


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("--model", required=True)
    p.add_argument("--train", required=True)
    p.add_argument("--test", required=True)
    p.add_argument("--k", type=int, default=16)
    p.add_argument("--draws", type=int, default=5)
    p.add_argument("--first-seed", type=int, default=1)
    p.add_argument("--lr", type=float, default=1e-4)
    p.add_argument("--head-lr", type=float, default=1e-3)
    p.add_argument("--steps", type=int, default=120)
    p.add_argument("--epochs", type=float, default=10)
    p.add_argument("--batch", type=int, default=8)
    p.add_argument("--freeze", type=int, default=-1, help="embeddings and N layers; -1: nothing")
    p.add_argument("--dropout", type=float, default=0.1)
    p.add_argument("--attention-dropout", type=float, default=0.1)
    p.add_argument("--head-dropout", type=float, default=0.1)
    p.add_argument("--warmup", type=float, default=0.1)
    p.add_argument("--weight-decay", type=float, default=0.01)
    p.add_argument("--layer-decay", type=float, default=1.0)
    p.add_argument("--smoothing", type=float, default=0.0)
    p.add_argument("--o-weight", type=float, default=1.0)
    p.add_argument("--features", default="-1", help="hidden_states to concatenate, e.g. -1,-4")
    p.add_argument("--limit-test", type=int, default=0)
    p.add_argument("--threads", type=int, default=2)
    p.add_argument("--json")
    a = p.parse_args()
    warnings.simplefilter("ignore")
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    torch.set_num_threads(a.threads)
    pool, test = corpus.conll(a.train), corpus.conll(a.test)
    test = test[: a.limit_test] if a.limit_test else test
    types = sorted({t[2:] for s in pool for _, t in s if t != "O"})
    labels = ["O"] + [prefix + t for t in types for prefix in ("B-", "I-")]
    tokenizer = AutoTokenizer.from_pretrained(a.model)
    test_items = encode(tokenizer, test, {})
    gold = [[t for _, t in s] for s in test]
    rows = []
    for seed in range(a.first_seed, a.first_seed + a.draws):
        chosen, _ = corpus.draw(pool, a.k, seed)
        model, seconds, steps, loss = fit(tokenizer, chosen, labels, a, seed)
        tables = log_probabilities(model, test_items, len(test))
        row = {"seed": seed, "sentences": len(chosen), "steps": steps, "seconds": seconds, "loss": loss}
        for name, flag in (("argmax", False), ("viterbi", True)):
            tags = decode(tables, [len(s) for s in test], labels, flag)
            row[name] = 100 * float(f1_score(gold, tags, mode="strict", scheme=IOB2, zero_division=0))
            row[name + "_macro"] = 100 * float(f1_score(gold, tags, mode="strict", scheme=IOB2, average="macro", zero_division=0))
        rows.append(row)
        if not a.json:
            print({k: round(v, 2) if isinstance(v, float) else v for k, v in row.items()}, flush=True)
    mean = {k: statistics.mean(r[k] for r in rows) for k in rows[0]}
    sd = statistics.stdev(r["viterbi"] for r in rows) if len(rows) > 1 else 0.0
    print(f"lr {a.lr:g} head {a.head_lr:g} steps {mean['steps']:.0f} batch {a.batch} freeze {a.freeze} drop {a.dropout} "
          f"feat {a.features} ld {a.layer_decay} ls {a.smoothing} ow {a.o_weight} wd {a.weight_decay}: argmax {mean['argmax']:.2f} "
          f"viterbi {mean['viterbi']:.2f} ± {sd:.2f} macro {mean['viterbi_macro']:.2f} fit {mean['seconds']:.1f} s "
          f"({mean['sentences']:.0f} sentences)", flush=True)
    if a.json:
        with open(a.json, "a", encoding="utf-8") as f:
            f.write(json.dumps({"options": vars(a), "rows": rows, "mean": mean, "sd": sd}) + "\n")


if __name__ == "__main__":
    main()

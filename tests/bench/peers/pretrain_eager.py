"""Peer: pre-training on concepts in PyTorch's eager mode with transformers' BertModel.

  python pretrain_eager.py --model DIR --corpus WORK/corpus [--steps 30 --batch 32] [--bf16]
The recipe of spanwise-cli pretrain over the material that it prepared: padded batches of texts of
like length, the step's own concepts and drawn ones, a text encoder and a concept encoder that share
frozen embeddings, mean-pooled and projected concepts, sigmoid cross-entropy with weights, the loss
of first words, AdamW with its gradients clipped, dropout as configured. --bf16: autocast. Prints
the texts' sub-tokens a second after --warm steps, as --json one line of JSON.
"""

import argparse
import copy
import json
import math
import os
import random
import resource
import time

import numpy
import torch
import torch.nn.functional as F
from transformers import AutoModel, AutoTokenizer
from transformers.utils import logging


class Corpus:
    """What CorpusWriter wrote: 32-bit integers, and where each record begins."""

    def __init__(self, folder):
        self.words = numpy.fromfile(os.path.join(folder, "examples.bin"), dtype="<i4")
        self.index = numpy.fromfile(os.path.join(folder, "index.bin"), dtype="<u8").astype(int)
        with open(os.path.join(folder, "tables.json"), encoding="utf-8") as file:
            tables = json.load(file)
        self.concepts = tables["concepts"]  # name, description, count, sources as bits
        self.sources = tables["sources"]

    def __getitem__(self, i):
        at = self.index[i]
        source, ids, firsts, mentions = self.words[at:at + 4]
        at += 4
        part = self.words[at:at + ids], self.words[at + ids:at + ids + firsts]
        at += ids + firsts
        return source, *part, self.words[at:at + 3 * mentions].reshape(-1, 3)


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("--model", required=True)
    p.add_argument("--corpus", required=True)
    p.add_argument("--steps", type=int, default=30)
    p.add_argument("--warm", type=int, default=5)
    p.add_argument("--batch", type=int, default=32)
    p.add_argument("--concepts", type=int, default=256)
    p.add_argument("--negatives", type=int, default=64)
    p.add_argument("--concept-layers", type=int, default=0)
    p.add_argument("--foreign-weight", type=float, default=0.05)
    p.add_argument("--descriptions", type=float, default=0.5)
    p.add_argument("--threads", type=int, default=2)
    p.add_argument("--device", default="cpu")
    p.add_argument("--bf16", action="store_true")
    p.add_argument("--json", action="store_true")
    a = p.parse_args()
    logging.set_verbosity_error()
    torch.set_num_threads(a.threads)
    torch.manual_seed(1)
    dice = random.Random(1)
    device = torch.device(a.device)
    corpus = Corpus(a.corpus)
    tokenizer = AutoTokenizer.from_pretrained(a.model)
    text = AutoModel.from_pretrained(a.model, add_pooling_layer=False).float().train().to(device)
    text.embeddings.requires_grad_(False)
    names = copy.deepcopy(text)
    names.embeddings = text.embeddings
    if a.concept_layers > 0:
        names.encoder.layer = names.encoder.layer[:a.concept_layers]
    hidden = text.config.hidden_size
    projection = torch.nn.Parameter(torch.eye(hidden, device=device))
    scale = torch.nn.Parameter(torch.tensor(0.0, device=device))
    bias = torch.nn.Parameter(torch.tensor(-5.0, device=device))
    begin = torch.nn.Parameter(torch.zeros(hidden, device=device))
    begin_bias = torch.nn.Parameter(torch.tensor(0.0, device=device))
    layers = [*text.encoder.parameters(), *names.encoder.parameters()]
    maps = [projection, scale, bias, begin, begin_bias]
    optimizer = torch.optim.AdamW([{"params": layers, "lr": 2e-4}, {"params": maps, "lr": 1e-3}],
                                  weight_decay=0.01)
    roots = numpy.cumsum([math.sqrt(max(c[2], 0)) for c in corpus.concepts])
    order = list(range(len(corpus.index)))
    dice.shuffle(order)
    bucket = order[:64 * a.batch]
    bucket.sort(key=lambda i: -len(corpus[i][1]))
    batches = [bucket[i:i + a.batch] for i in range(0, len(bucket) - a.batch + 1, a.batch)]
    dice.shuffle(batches)

    def step(members):
        examples = [corpus[i] for i in members]
        own = sorted({int(m[2]) for e in examples for m in e[3]})
        own = dice.sample(own, min(len(own), a.concepts))
        drawn = numpy.searchsorted(roots, [dice.random() * roots[-1] for _ in range(a.negatives)])
        concepts = sorted({*own, *(int(c) for c in drawn)})
        column = {c: i for i, c in enumerate(concepts)}
        said = []
        for c in concepts:
            name, description = corpus.concepts[c][:2]
            with_it = description and dice.random() < a.descriptions
            said.append(f"{name}: {description}" if with_it else name)
        read = tokenizer(said, padding=True, truncation=True, max_length=512, return_tensors="pt").to(device)

        longest = max(len(e[1]) for e in examples)
        ids = torch.zeros(len(examples), longest, dtype=torch.long)
        mask = torch.zeros(len(examples), longest, dtype=torch.long)
        rows, targets, weights, inside, truth = [], [], [], [], []
        has = [[(c[3] >> s) & 1 for c in (corpus.concepts[c] for c in concepts)]
               for s in range(len(corpus.sources))]
        has = torch.tensor(has, dtype=torch.float)
        evidence = torch.where(has > 0, 1.0, a.foreign_weight)
        for r, (source, tokens, firsts, mentions) in enumerate(examples):
            ids[r, :len(tokens)] = torch.from_numpy(tokens.astype("int64"))
            mask[r, :len(tokens)] = 1
            target = torch.zeros(len(firsts), len(concepts))
            kind = [0] * len(firsts)
            for b, e, c in mentions:
                for w in range(b, e):
                    kind[w] = max(kind[w], 2 if w == b else 1)
                    if c in column:
                        target[w, column[c]] = 1
            for w, k in enumerate(kind):
                if k:
                    inside.append(len(rows) + w)
                    truth.append(1.0 if k == 2 else 0.0)
            rows.extend(r * longest + int(f) for f in firsts)
            targets.append(target)
            weights.append(torch.maximum(evidence[source].expand_as(target), target))
        targets, weights = torch.cat(targets).to(device), torch.cat(weights).to(device)
        ids, mask, rows = ids.to(device), mask.to(device), torch.tensor(rows, device=device)
        with torch.autocast(device.type, dtype=torch.bfloat16, enabled=a.bf16):
            states = names(**read).last_hidden_state
            m = read["attention_mask"].unsqueeze(-1)
            pooled = (states * m).sum(1) / m.sum(1)
            mapped = pooled @ projection.t()
            words = text(input_ids=ids, attention_mask=mask).last_hidden_state
        words = words.float().reshape(-1, hidden).index_select(0, rows)
        mapped = mapped.float()
        vectors = mapped / mapped.norm(dim=1, keepdim=True).clamp_min(1e-6) * scale.exp()
        loss = F.binary_cross_entropy_with_logits(words @ vectors.t() + bias, targets, weights,
                                                  reduction="sum")
        if inside:
            firsts = words.index_select(0, torch.tensor(inside, device=device)) @ begin + begin_bias
            loss = loss + 0.5 * F.binary_cross_entropy_with_logits(
                firsts, torch.tensor(truth, device=device), reduction="sum")
        loss = loss / len(rows)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_([*layers, *maps], 1.0)
        optimizer.step()
        return sum(len(e[1]) for e in examples), loss.detach()

    tokens, started = 0, 0.0
    for number in range(a.steps):
        if number == a.warm:
            if device.type == "cuda":
                torch.cuda.synchronize()
            tokens, started = 0, time.perf_counter()
        seen, loss = step(batches[number % len(batches)])
        tokens += seen
    last = float(loss)  # waits for the GPU
    seconds = time.perf_counter() - started
    result = {"tokens_per_second": tokens / seconds, "step_ms": 1e3 * seconds / (a.steps - a.warm),
              "loss": last, "peak_megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}
    if a.json:
        print(json.dumps(result))
    else:
        print(f"{result['tokens_per_second']:.0f} sub-tokens/s, {result['step_ms']:.1f} ms a step, loss {last:.4f}")


if __name__ == "__main__":
    main()

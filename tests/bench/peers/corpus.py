"""What the peers share: reading sentences, timing, the k~2k draw."""

import json
import random
import statistics
import sys
import time
from pathlib import Path


def conll(path):
    """Sentences as lists of (word, tag); first and last column; blank lines end a sentence."""
    sentence, result = [], []
    for line in Path(path).read_bytes().decode("utf-8").split("\n"):
        line = line.rstrip("\r")
        if not line.strip(" \t"):
            if sentence and sentence[0][0] != "-DOCSTART-":
                result.append(sentence)
            sentence = []
            continue
        parts = line.replace("\t", " ").split(" ")
        sentence.append((parts[0], parts[-1] if len(parts) > 1 else "O"))
    if sentence and sentence[0][0] != "-DOCSTART-":
        result.append(sentence)
    return result


def looks_like_conll(path):
    with open(path, encoding="utf-8", errors="replace") as f:
        first = next((line.split() for line in f if line.strip()), [])
    return len(first) > 1 and (first[-1] == "O" or first[-1][:2] in ("B-", "I-"))


def sentences(path, limit=0, low=1, high=10**9):
    """Word lists from CoNLL, from JSONL ({"words": []} or {"text": ""}) or from plain lines."""
    path = Path(path)
    if path.suffix == ".jsonl":
        rows = [json.loads(line) for line in path.read_text("utf-8").split("\n") if line.strip()]
        words = [r["words"] if "words" in r else r["text"].split() for r in rows]
    elif looks_like_conll(path):
        words = [[w for w, _ in s] for s in conll(path)]
    else:
        words = [line.split() for line in path.read_text("utf-8").split("\n") if line.strip()]
    words = [w for w in words if low <= len(w) <= high]
    return words[:limit] if limit else words


def median_seconds(work, repeats):
    """Median, and all, of `repeats` runs after one to warm up."""
    work()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times), times


def by_length(encoded, budget):
    """Batches of indices, longest first, of at most `budget` tokens with their padding."""
    order = sorted(range(len(encoded)), key=lambda i: -len(encoded[i]))
    batch = []
    for i in order:
        if batch and (len(batch) + 1) * len(encoded[batch[0]]) > budget:
            yield batch
            batch = []
        batch.append(i)
    if batch:
        yield batch


def predict_arguments(parser):
    parser.add_argument("--model", required=True)
    parser.add_argument("--input", required=True)
    parser.add_argument("--limit", type=int, default=500)
    parser.add_argument("--low", type=int, default=8)
    parser.add_argument("--high", type=int, default=48)
    parser.add_argument("--tokens", type=int, default=512, help="a batch, padding and all")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--serve", action="store_true")


def measure(work, arguments, counts):
    """Times each of `work` (name: callable): as a table, or on demand for --serve."""
    if arguments.serve:
        print(json.dumps(counts), flush=True)
        for _ in sys.stdin:
            times = {}
            for name, run in work.items():
                start = time.perf_counter()
                run()
                times[name] = time.perf_counter() - start
            print(json.dumps(times), flush=True)
        return
    print(f"{counts['words']} words, {counts['tokens']} sub-tokens, {arguments.threads} threads")
    for name, run in work.items():
        seconds, _ = median_seconds(run, arguments.repeats)
        print(f"{name}: {counts['tokens'] / seconds:,.0f} sub-tokens/s, "
              f"{counts['words'] / seconds:,.0f} words/s, {seconds:.2f} s")


def draw(pool, k, seed):
    """Sentences so that each type occurs between k and about 2k times.

    Greedy over a shuffled pool: a sentence is taken when it has a type that still lacks mentions
    and takes none beyond 2k. A type that the pool cannot fill is left short.
    """
    order = list(range(len(pool)))
    random.Random(seed).shuffle(order)
    types = {t[2:] for s in pool for _, t in s if t.startswith("B-")}
    count, chosen = dict.fromkeys(types, 0), []
    for index in order:
        here = {}
        for _, tag in pool[index]:
            if tag.startswith("B-"):
                here[tag[2:]] = here.get(tag[2:], 0) + 1
        if any(count[t] < k for t in here) and all(count[t] + n <= 2 * k for t, n in here.items()):
            chosen.append(index)
            for t, n in here.items():
                count[t] += n
        if all(n >= k for n in count.values()):
            break
    return [pool[i] for i in chosen], count


def viterbi(log_probabilities, labels):
    """Best BIO-valid path, `log_probabilities` [words, labels]: label indices."""
    import numpy as np

    rows = np.asarray(log_probabilities, dtype=np.float64)
    inside = [label.startswith("I-") for label in labels]
    allowed = np.zeros((len(labels), len(labels)))
    for j, label in enumerate(labels):
        if inside[j]:
            for i, before in enumerate(labels):
                if before[2:] != label[2:] or before == "O":
                    allowed[i, j] = -np.inf
    score = np.where(inside, -np.inf, rows[0])
    back = np.zeros(rows.shape, dtype=np.int64)
    for n in range(1, len(rows)):
        options = score[:, None] + allowed
        back[n] = options.argmax(0)
        score = options.max(0) + rows[n]
    path = [int(score.argmax())]
    for n in range(len(rows) - 1, 0, -1):
        path.append(int(back[n][path[-1]]))
    return path[::-1]

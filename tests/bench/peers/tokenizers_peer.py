"""Peer of bench_tokenizer: Hugging Face tokenizers, one thread, one call a text with ids and offsets.

  python tokenizers_peer.py FOLDER TEXTS REPEATS
FOLDER: tokenizer.json, or vocab.json and merges.txt (byte-level). TEXTS: one a line. Prints the
median seconds for all texts and their sub-tokens.
"""

import os

os.environ["TOKENIZERS_PARALLELISM"] = "false"

import sys
from pathlib import Path

from tokenizers import Tokenizer, models, pre_tokenizers, processors

import corpus


def load(folder):
    if (folder / "tokenizer.json").exists():
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    else:
        tokenizer = Tokenizer(models.BPE.from_file(str(folder / "vocab.json"),
                                                   str(folder / "merges.txt")))
        tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        tokenizer.post_processor = processors.ByteLevel(trim_offsets=True, add_prefix_space=False)
        tokenizer.add_special_tokens(
            [t for t in ("<s>", "<pad>", "</s>", "<unk>", "<mask>", "<|endoftext|>")
             if tokenizer.token_to_id(t) is not None])
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def main():
    tokenizer = load(Path(sys.argv[1]))
    texts = Path(sys.argv[2]).read_bytes().decode("utf-8").split("\n")[:-1]

    def work():
        for text in texts:
            encoding = tokenizer.encode(text, add_special_tokens=False)
            encoding.ids, encoding.offsets

    def batch():
        for encoding in tokenizer.encode_batch(texts, add_special_tokens=False):
            encoding.ids, encoding.offsets

    # The faster of one call a text and one for all.
    seconds = min(corpus.median_seconds(way, int(sys.argv[3]))[0] for way in (work, batch))
    print(seconds, sum(len(tokenizer.encode(t, add_special_tokens=False).ids) for t in texts))


if __name__ == "__main__":
    main()

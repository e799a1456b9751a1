"""Peer: ONNX Runtime on the CPU, fp32 and int8 (dynamic quantisation, weights by row), in batches
by length that hold a budget of tokens.

  python predict_onnx.py --model DIR --input FILE [--limit 500 --low 8 --high 48]
Exports the model first (needs onnx), into a temporary folder. The tokenizer is transformers'.
Prints sub-tokens/s and words/s, medians of --repeats runs. --serve as in predict_transformers.py.
"""

import argparse
import tempfile
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.shape_inference import quant_pre_process
from transformers import AutoModelForTokenClassification, AutoTokenizer
from transformers.utils import logging

import corpus


class Logits(torch.nn.Module):
    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, input_ids, attention_mask):
        return self.model(input_ids=input_ids, attention_mask=attention_mask).logits


def export(model_dir, folder):
    """Paths of model.onnx and of its int8 version."""
    model = AutoModelForTokenClassification.from_pretrained(model_dir, attn_implementation="eager").eval()
    path, prepared, int8 = (str(folder / n) for n in ("model.onnx", "prepared.onnx", "int8.onnx"))
    ids = torch.randint(5, 1000, (2, 16))
    axes = {0: "batch", 1: "length"}
    with torch.inference_mode(False), torch.no_grad():
        torch.onnx.export(Logits(model), (ids, torch.ones_like(ids)), path, dynamo=False, opset_version=17,
                          input_names=["input_ids", "attention_mask"], output_names=["logits"],
                          dynamic_axes={"input_ids": axes, "attention_mask": axes, "logits": axes})
    quant_pre_process(path, prepared, skip_symbolic_shape=True)
    quantize_dynamic(prepared, int8, weight_type=QuantType.QInt8, per_channel=True)
    return path, int8


def session(path, threads):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    corpus.predict_arguments(p)
    a = p.parse_args()
    logging.set_verbosity_error()
    torch.set_num_threads(a.threads)
    words = corpus.sentences(a.input, a.limit, a.low, a.high)
    tokenizer = AutoTokenizer.from_pretrained(a.model)
    count = sum(len(i) for i in tokenizer(words, is_split_into_words=True, add_special_tokens=False)["input_ids"])
    with tempfile.TemporaryDirectory() as folder:
        sessions = [session(path, a.threads) for path in export(a.model, Path(folder))]

        def by_length(run):
            encoded = tokenizer(words, is_split_into_words=True)["input_ids"]
            for batch in corpus.by_length(encoded, a.tokens):
                padded = tokenizer.pad({"input_ids": [encoded[i] for i in batch]}, return_tensors="np")
                logits = run.run(None, {"input_ids": padded["input_ids"].astype(np.int64),
                                        "attention_mask": padded["attention_mask"].astype(np.int64)})[0]
                logits.argmax(-1)

        corpus.measure({"ONNX Runtime fp32": lambda: by_length(sessions[0]),
                        "ONNX Runtime int8": lambda: by_length(sessions[1])},
                       a, {"words": sum(map(len, words)), "tokens": count})


if __name__ == "__main__":
    main()

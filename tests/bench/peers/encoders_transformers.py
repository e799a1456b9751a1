"""Peer of bench_encoders: random-weight encoders of 6 layers of 384, one a family, and how long
transformers takes for one batch of 32 sentences of 8 to 48 sub-tokens, padded, as its documentation
runs it. Writes FOLDER/NAME/{config.json,model.safetensors,batch.safetensors}; prints a JSON object
of milliseconds, the best of several passes.

python tests/bench/peers/encoders_transformers.py FOLDER THREADS
"""

import json
import sys
import time
from pathlib import Path

import torch
from safetensors.torch import save_file
from transformers import (BertConfig, BertModel, DebertaV2Config, DebertaV2Model, DistilBertConfig,
                          DistilBertModel, ModernBertConfig, ModernBertModel, MPNetConfig,
                          MPNetModel, RobertaConfig, RobertaModel)

OUT = Path(sys.argv[1])
torch.set_num_threads(int(sys.argv[2]))
torch.manual_seed(1)
SIZE = dict(hidden_size=384, num_hidden_layers=6, num_attention_heads=12, intermediate_size=1536,
            vocab_size=8000)
MODELS = {
    "bert": lambda: BertModel(BertConfig(**SIZE), add_pooling_layer=False),
    "roberta": lambda: RobertaModel(RobertaConfig(max_position_embeddings=514, type_vocab_size=1,
                                                  **SIZE), add_pooling_layer=False),
    "distilbert": lambda: DistilBertModel(DistilBertConfig(
        vocab_size=8000, dim=384, n_layers=6, n_heads=12, hidden_dim=1536)),
    "mpnet": lambda: MPNetModel(MPNetConfig(max_position_embeddings=514, pad_token_id=1, **SIZE),
                                add_pooling_layer=False),
    "deberta_v3": lambda: DebertaV2Model(DebertaV2Config(
        relative_attention=True, position_buckets=256, norm_rel_ebd="layer_norm",
        share_att_key=True, pos_att_type=["p2c", "c2p"], position_biased_input=False,
        type_vocab_size=0, max_position_embeddings=512, pad_token_id=0, **SIZE)),
    "modernbert": lambda: ModernBertModel(ModernBertConfig(pad_token_id=1, bos_token_id=0,
                                                           eos_token_id=2, cls_token_id=0,
                                                           sep_token_id=2, **SIZE)),
}
generator = torch.Generator().manual_seed(3)
lengths = torch.randint(8, 49, (32,), generator=generator).tolist()
sequences = [torch.randint(5, 8000, (n,), generator=generator) for n in lengths]
width = max(lengths)
times = {}
for name, make in MODELS.items():
    model = make().eval()
    directory = OUT / name
    model.save_pretrained(directory)
    save_file({"ids": torch.cat(sequences), "lengths": torch.tensor(lengths)},
              directory / "batch.safetensors")
    pad = model.config.pad_token_id or 0
    ids = torch.full((len(lengths), width), pad)
    mask = torch.zeros_like(ids)
    for row, sequence in enumerate(sequences):
        ids[row, : len(sequence)] = sequence
        mask[row, : len(sequence)] = 1
    best = float("inf")
    with torch.inference_mode():
        for _ in range(2):
            model(input_ids=ids, attention_mask=mask)
        for _ in range(8):
            start = time.perf_counter()
            model(input_ids=ids, attention_mask=mask)
            best = min(best, time.perf_counter() - start)
    times[name] = best * 1000
print(json.dumps(times))

"""Writes tests/fixtures/encoders/mpnet_hidden.safetensors: what transformers computes with the real
all-mpnet-base-v2 (packaging/setup/mpnet.sh) for three sentences: "ids" and "lengths" end to end,
"middle" (after 6 layers) and "last" hidden states. Versions: requirements.txt.
Run: SPANWISE_MPNET=FOLDER python tests/parity/scripts/make_mpnet_fixtures.py
"""

import os
from pathlib import Path

import torch
from safetensors.torch import save_file
from transformers import AutoModel, AutoTokenizer

from common import FIXTURES, ROOT
from make_encoder_fixtures import SENTENCES

MPNET = Path(os.environ.get("SPANWISE_MPNET", ROOT / ".deps" / "models" / "all-mpnet-base-v2"))

tokenizer = AutoTokenizer.from_pretrained(MPNET)
model = AutoModel.from_pretrained(MPNET, dtype=torch.float32).eval()
ids, middle, last = [], [], []
chosen = [SENTENCES[0], SENTENCES[1], SENTENCES[4]]
with torch.no_grad():
    for sentence in chosen:
        encoded = tokenizer(sentence)["input_ids"]
        out = model(torch.tensor([encoded]), output_hidden_states=True)
        ids.append(encoded)
        middle.append(out.hidden_states[6][0])
        last.append(out.last_hidden_state[0])
path = FIXTURES / "encoders" / "mpnet_hidden.safetensors"
save_file({"ids": torch.tensor(sum(ids, []), dtype=torch.int64),
           "lengths": torch.tensor([len(i) for i in ids], dtype=torch.int64),
           "middle": torch.cat(middle).contiguous(), "last": torch.cat(last).contiguous()}, path)
path.chmod(0o644)
print(path.stat().st_size, "bytes;", sum(map(len, ids)), "tokens")

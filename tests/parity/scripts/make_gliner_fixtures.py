"""Writes tests/fixtures/gliner/NAME/: small random-weight GLiNERs as the `gliner` package saves them.

  zero     NuNER Zero's layout: span_mode marker, max_width 1, projection, pytorch_model.bin, a
           legacy gliner_config.json without the newer keys
  span     markerV0, max_width 4, safetensors
  token    token_level
Beside each, expected.json: word lists, types, logits (before the sigmoid) and the spans that the
package decodes, flat and nested, at several thresholds. Versions: requirements.txt (gliner 0.2.29).
Run: python tests/parity/scripts/make_gliner_fixtures.py
"""

import json
import shutil

import torch
from gliner import GLiNER, GLiNERConfig
from transformers import AutoTokenizer

from common import FIXTURES, write_json
from make_architecture_fixtures import shake, unigram

OUT = FIXTURES / "gliner"
SENTENCES = [
    ["Ada", "Lovelace", "joined", "Bayer", "AG", "."],
    ["🧪", "Zürich", "x"],
    ["a", "\u200b", "contract", "of", "Siemens"],
    ["She", "moved", "to", "London", "last", "week", "and", "works", "for", "a", "bank", "on",
     "the", "river", ",", "where", "Turing", "signed", "an", "agreement"],
    ["joined"],
]
TYPES = [["person", "organisation", "place of birth"], ["drug"],
         ["person", "drug", "Contract Party", "date", "city", "bank"]]
THRESHOLDS = [0.3, 0.5, 0.7]
LEGACY = ["max_width", "model_name", "fine_tune", "subtoken_pooling", "hidden_size", "span_mode",
          "dropout", "max_types", "max_len", "name"]


def build(name, legacy=False, **settings):
    directory = OUT / name
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    tokenizer = unigram()
    tokenizer.save_pretrained(directory)
    encoder = dict(model_type="deberta-v2", vocab_size=len(tokenizer), hidden_size=32,
                   num_hidden_layers=2, num_attention_heads=4, intermediate_size=48,
                   relative_attention=True, max_relative_positions=-1, position_buckets=32,
                   norm_rel_ebd="layer_norm", share_att_key=True, pos_att_type="p2c|c2p",
                   position_biased_input=False, type_vocab_size=0, layer_norm_eps=1e-7,
                   max_position_embeddings=512, initializer_range=0.3, pad_token_id=0)
    config = GLiNERConfig(model_name=str(directory), encoder_config=encoder, max_len=384,
                          class_token_index=-1, vocab_size=-1, **settings)
    model = GLiNER.from_config(config, backbone_from_pretrained=False)
    shake(model.model)
    with torch.no_grad():  # spread the scores over 0..1
        for key, p in model.model.named_parameters():
            if p.dim() > 1 and ("rnn" in key or "rep_layer" in key or "scorer" in key) \
                    and "bert_layer" not in key:
                p.mul_(2.2)
    model.save_pretrained(directory, safe_serialization=not legacy)
    path = directory / "gliner_config.json"
    saved = json.loads(path.read_text())
    if legacy:
        kept = {k: saved[k] for k in LEGACY if k in saved}
        kept["encoder_config"] = saved["encoder_config"]
        saved = kept
    saved["model_name"] = "microsoft/deberta-v3-small"
    path.write_text(json.dumps(saved, indent=2) + "\n")

    model.eval()
    model.data_processor.transformer_tokenizer.model_max_length = 100000
    cases = []
    found = 0
    for types in TYPES:
        for words in SENTENCES:
            prepared = model.prepare_base_input([words])
            batch = model.collate_batch(prepared, types)
            output = model.run_batch(batch)
            logits = output.logits[0].clone()
            spans = {}
            for threshold in THRESHOLDS:
                for flat in (True, False):
                    decoded = model.decode_batch(output, batch, threshold=threshold,
                                                 flat_ner=flat)[0]
                    spans[f"{'flat' if flat else 'nested'} {threshold}"] = [
                        [s.start, s.end + 1, s.entity_type, float(f"{s.score:.7g}")]
                        for s in decoded]
                    found += len(decoded)
            if logits.dim() == 3 and config.span_mode != "token_level":
                # The package fills spans past the end with the first word's; nobody reads them.
                for i in range(logits.shape[0]):
                    for k in range(logits.shape[1]):
                        if i + k >= len(words):
                            logits[i, k] = 0
            cases.append({"words": words, "types": types,
                          "input_ids": batch["input_ids"][0].tolist(),
                          "logits_shape": list(logits.shape),
                          "logits": [float(f"{v:.7g}") for v in logits.flatten().tolist()],
                          "spans": spans})
    assert found > 10, (name, found)
    write_json(directory / "expected.json", {"format": 1, "cases": cases})
    total = 0
    for f in sorted(directory.iterdir()):
        f.chmod(0o644)
        total += f.stat().st_size
    assert total < 1_000_000, (name, total)
    print(f"{name:8} {total // 1024} kB, {found} spans")


def main():
    torch.manual_seed(4)
    torch.set_num_threads(1)
    build("zero", legacy=True, hidden_size=24, max_width=1, span_mode="marker", dropout=0.4)
    build("span", hidden_size=32, max_width=4, span_mode="markerV0", dropout=0.3)
    build("token", hidden_size=24, max_width=12, span_mode="token_level", dropout=0.3)


if __name__ == "__main__":
    main()

"""Writes tests/fixtures/architectures/NAME/: small random-weight encoders of every family.

Each folder is what transformers' save_pretrained writes (plus the tokenizer), and beside it
  hidden.safetensors  "ids" [n] (all sequences end to end), "lengths" [sequences],
                      "hidden" [layers + 1, n, hidden] (float32; each sequence run alone), and, for
                      token classifiers, "logits" [n, labels]
  expected.json       word lists, their ids and word ids as the fast tokenizer gives them, and the
                      logits at each word's first sub-token (classifiers only)

  roberta         NuNER's kind: bare keys, no pooler, 7 layers (so that there is a 7th from last)
  roberta_tags    RobertaForTokenClassification ("roberta." keys)
  distilbert      DistilBertForTokenClassification in fp16
  mpnet           MPNetForTokenClassification in shards
  deberta_v3      DebertaV2ForTokenClassification, v3's settings (shared keys, buckets, no positions)
  deberta_v2      DebertaV2Model, v2-xlarge's settings (convolution, embedding size, own keys) as
                  pytorch_model.bin
  modernbert      ModernBertForTokenClassification in bf16, local and global layers

Versions: requirements.txt. Run: python tests/parity/scripts/make_architecture_fixtures.py
"""

import json
import shutil

import torch
from safetensors.torch import load_file, save_file
from tokenizers import (Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors,
                        trainers)
from transformers import (AutoModelForTokenClassification, DebertaV2Config,
                          DebertaV2ForTokenClassification, DebertaV2Model, DistilBertConfig,
                          DistilBertForTokenClassification, ModernBertConfig,
                          ModernBertForTokenClassification, MPNetConfig,
                          MPNetForTokenClassification, PreTrainedTokenizerFast, RobertaConfig,
                          RobertaForTokenClassification, RobertaModel)

from common import FIXTURES, write_json
from make_encoder_fixtures import LABELS, TINY_SENTENCES, WORDS, tiny_vocabulary

OUT = FIXTURES / "architectures"
LONG = (TINY_SENTENCES[-1] * 3)[:60]
SENTENCES = TINY_SENTENCES + [LONG]
CORPUS = [" ".join(s) for s in TINY_SENTENCES] * 4 + [" ".join(WORDS)] * 4


def fast(tokenizer, **special):
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, **special)


def byte_level(prefix_space, neo=False):
    tokenizer = Tokenizer(models.BPE())
    if neo:
        tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=prefix_space)
    tokenizer.decoder = decoders.ByteLevel()
    special = ["[CLS]", "[PAD]", "[SEP]", "[UNK]", "[MASK]"] if neo else \
        ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    trainer = trainers.BpeTrainer(vocab_size=400, special_tokens=special, show_progress=False,
                                  initial_alphabet=pre_tokenizers.ByteLevel.alphabet())
    tokenizer.train_from_iterator(CORPUS, trainer)
    if neo:
        tokenizer.post_processor = processors.TemplateProcessing(
            single="[CLS]:0 $A:0 [SEP]:0", pair="[CLS]:0 $A:0 [SEP]:0 $B:1 [SEP]:1",
            special_tokens=[("[CLS]", 0), ("[SEP]", 2)])
        return fast(tokenizer, cls_token="[CLS]", pad_token="[PAD]", sep_token="[SEP]",
                    unk_token="[UNK]", mask_token="[MASK]")
    tokenizer.post_processor = processors.RobertaProcessing(
        ("</s>", 2), ("<s>", 0), trim_offsets=True, add_prefix_space=prefix_space)
    return fast(tokenizer, bos_token="<s>", cls_token="<s>", pad_token="<pad>", sep_token="</s>",
                eos_token="</s>", unk_token="<unk>", mask_token="<mask>")


def word_piece(first, last, pad, unknown, mask):
    pieces = tiny_vocabulary()[5:]
    pieces = [first, pad, last, unknown, mask] + pieces
    tokenizer = Tokenizer(models.WordPiece({t: i for i, t in enumerate(pieces)}, unk_token=unknown,
                                           max_input_chars_per_word=100))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{first}:0 $A:0 {last}:0", pair=f"{first}:0 $A:0 {last}:0 $B:1 {last}:1",
        special_tokens=[(first, 0), (last, 2)])
    tokenizer.decoder = decoders.WordPiece(prefix="##")
    tokenizer.add_special_tokens(pieces[:5])
    return fast(tokenizer, cls_token=first, sep_token=last, pad_token=pad, unk_token=unknown,
                mask_token=mask)


def unigram():
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Strip(), normalizers.Replace(Regex(" {2,}"), " ")])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace()
    trainer = trainers.UnigramTrainer(vocab_size=200, unk_token="[UNK]", show_progress=False,
                                      special_tokens=["[PAD]", "[CLS]", "[SEP]", "[UNK]", "[MASK]"])
    tokenizer.train_from_iterator(CORPUS, trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS]:0 $A:0 [SEP]:0", pair="[CLS]:0 $A:0 [SEP]:0 $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 1), ("[SEP]", 2)])
    return fast(tokenizer, cls_token="[CLS]", sep_token="[SEP]", pad_token="[PAD]",
                unk_token="[UNK]", mask_token="[MASK]")


def shake(model):
    """Biases and norms must matter too."""
    with torch.no_grad():
        for name, p in model.named_parameters():
            if name.endswith("bias") and p.dim() == 1:
                p.normal_(0, 0.1)
            elif p.dim() == 1:
                p.normal_(1, 0.1)
    return model.eval()


LABEL_ARGS = dict(id2label=dict(enumerate(LABELS)), label2id={l: i for i, l in enumerate(LABELS)})


def write(name, model, tokenizer, **save):
    directory = OUT / name
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    dtype = save.pop("dtype", None)
    pickle = save.pop("pickle", False)
    if dtype:
        model = model.to(dtype)
    model.save_pretrained(directory, **save)
    if pickle:
        torch.save(load_file(directory / "model.safetensors"), directory / "pytorch_model.bin")
        (directory / "model.safetensors").unlink()
    tokenizer.save_pretrained(directory)
    if dtype:  # not model.float(): buffers such as rotary frequencies would keep their rounding
        model = type(model).from_pretrained(directory, dtype=torch.float32)
    model = model.eval()

    classifies = "TokenClassification" in type(model).__name__
    encodings = [tokenizer(s, is_split_into_words=True) for s in SENTENCES]
    sequences = [e["input_ids"] for e in encodings]
    generator = torch.Generator().manual_seed(7)
    vocabulary = model.config.vocab_size
    sequences.append(torch.randint(5, vocabulary, (200,), generator=generator).tolist())
    hidden, logits, cases = [], [], []
    with torch.no_grad():
        for ids in sequences:
            out = model(torch.tensor([ids]), output_hidden_states=True)
            # transformers' last entry lacks ModernBERT's final norm in some versions.
            states = list(out.hidden_states)
            core = model.base_model if classifies else model
            states[-1] = core(torch.tensor([ids])).last_hidden_state
            hidden.append(torch.stack([s[0] for s in states]))
            if classifies:
                logits.append(out.logits[0])
    for words, e, rows in zip(SENTENCES, encodings, logits or [None] * len(SENTENCES)):
        word_ids = [-1 if w is None else w for w in e.word_ids()]
        case = {"words": words, "input_ids": e["input_ids"], "word_ids": word_ids}
        if rows is not None:
            first = [word_ids.index(w) if w in word_ids else None for w in range(len(words))]
            case["logits"] = [[] if f is None else [float(f"{v:.7g}") for v in rows[f].tolist()]
                              for f in first]
        cases.append(case)
    tensors = {"ids": torch.tensor(sum(sequences, []), dtype=torch.int64),
               "lengths": torch.tensor([len(s) for s in sequences], dtype=torch.int64),
               "hidden": torch.cat(hidden, 1).float().contiguous()}
    if logits:
        tensors["logits"] = torch.cat(logits).float().contiguous()
    save_file(tensors, directory / "hidden.safetensors")
    write_json(directory / "expected.json",
               {"format": 1, "labels": LABELS if classifies else [], "cases": cases})
    if classifies and not save and not dtype:
        AutoModelForTokenClassification.from_pretrained(directory)
    total = 0
    for f in sorted(directory.iterdir()):
        f.chmod(0o644)
        total += f.stat().st_size
    assert total < 1_000_000, (name, total)
    print(f"{name:14} {type(model).__name__:36} {total // 1024} kB")


def main() -> None:
    torch.manual_seed(15)
    torch.set_num_threads(1)
    small = dict(hidden_size=32, num_attention_heads=4, intermediate_size=48)

    bpe = byte_level(True)
    roberta = dict(vocab_size=len(bpe), max_position_embeddings=258, pad_token_id=1, bos_token_id=0,
                   eos_token_id=2, type_vocab_size=1, layer_norm_eps=1e-5, initializer_range=0.3)
    write("roberta", shake(RobertaModel(RobertaConfig(
        hidden_size=16, num_attention_heads=2, intermediate_size=24, num_hidden_layers=7, **roberta),
        add_pooling_layer=False)), bpe)
    write("roberta_tags", shake(RobertaForTokenClassification(RobertaConfig(
        num_hidden_layers=2, **small, **roberta, **LABEL_ARGS))), bpe)
    uncased = word_piece("[CLS]", "[SEP]", "[PAD]", "[UNK]", "[MASK]")
    write("distilbert", shake(DistilBertForTokenClassification(DistilBertConfig(
        vocab_size=len(uncased), dim=32, n_heads=4, n_layers=2, hidden_dim=48, pad_token_id=1,
        max_position_embeddings=256, initializer_range=0.3, **LABEL_ARGS))), uncased,
        dtype=torch.float16)
    mpnet = word_piece("<s>", "</s>", "<pad>", "[UNK]", "<mask>")
    write("mpnet", shake(MPNetForTokenClassification(MPNetConfig(
        vocab_size=len(mpnet), num_hidden_layers=2, max_position_embeddings=258, pad_token_id=1,
        bos_token_id=0, eos_token_id=2, initializer_range=0.3, layer_norm_eps=1e-5, **small,
        **LABEL_ARGS))), mpnet, max_shard_size="40KB")
    pieces = unigram()
    deberta = dict(vocab_size=len(pieces), num_hidden_layers=2, relative_attention=True,
                   max_relative_positions=-1, pad_token_id=0, initializer_range=0.3,
                   layer_norm_eps=1e-7, max_position_embeddings=256, **small)
    write("deberta_v3", shake(DebertaV2ForTokenClassification(DebertaV2Config(
        position_buckets=32, norm_rel_ebd="layer_norm", share_att_key=True,
        pos_att_type="p2c|c2p", position_biased_input=False, type_vocab_size=0, **deberta,
        **LABEL_ARGS))), pieces)
    write("deberta_v2", shake(DebertaV2Model(DebertaV2Config(
        position_buckets=-1, norm_rel_ebd="none", share_att_key=False, pos_att_type=["p2c", "c2p"],
        position_biased_input=True, type_vocab_size=2, embedding_size=24, conv_kernel_size=3,
        conv_act="gelu", **deberta))), pieces, pickle=True)
    neo = byte_level(False, neo=True)
    write("modernbert", shake(ModernBertForTokenClassification(ModernBertConfig(
        vocab_size=len(neo), num_hidden_layers=4, max_position_embeddings=256, pad_token_id=1,
        bos_token_id=0, eos_token_id=2, cls_token_id=0, sep_token_id=2, local_attention=16,
        global_attn_every_n_layers=3, initializer_range=0.3, hidden_size=32, num_attention_heads=4,
        intermediate_size=24, **LABEL_ARGS))), neo, dtype=torch.bfloat16)


if __name__ == "__main__":
    main()

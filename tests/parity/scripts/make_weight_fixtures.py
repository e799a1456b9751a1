"""Writes tests/fixtures/weights: state dicts as torch.save and safetensors write them, whole and
sharded, and files that must be refused. manifest.json says what each holds.

A refused pickle is written opcode by opcode here and never loaded.
"""

import io
import json
import pickle
import shutil
import struct
import zipfile
from collections import OrderedDict

import torch
from safetensors.torch import save_file

from common import FIXTURES, write_json

FOLDER = FIXTURES / "weights"
SEEDS = FIXTURES.parent / "fuzz" / "corpus" / "pickle"
NAMES = {torch.float64: "F64", torch.float32: "F32", torch.float16: "F16", torch.bfloat16: "BF16",
         torch.int64: "I64", torch.int32: "I32", torch.int16: "I16", torch.int8: "I8",
         torch.uint8: "U8", torch.bool: "BOOL", torch.uint16: "U16",
         torch.float8_e4m3fn: "F8_E4M3"}
entries, folders = [], []


def raw_hex(tensor) -> str:
    flat = tensor.detach().contiguous().reshape(-1)
    return flat.view(torch.uint8).numpy().tobytes().hex() if flat.numel() else ""


def describe(state: dict) -> dict:
    return {name: {"dtype": NAMES[t.dtype], "shape": list(t.shape), "bytes": raw_hex(t)}
            for name, t in sorted(state.items())}


def good(file: str, saved, tensors: dict | None = None, **options) -> None:
    torch.save(saved, FOLDER / file, **options)
    entries.append({"file": file, "ok": True,
                    "tensors": describe(saved if tensors is None else tensors)})


def bad(file: str, data: bytes, *says: str) -> None:
    (FOLDER / file).write_bytes(data)
    entries.append({"file": file, "ok": False, "says": list(says)})


# ---- pickles by hand ------------------------------------------------------------------------------

PROTO = b"\x80\x02"


def glob(module: str, name: str) -> bytes:
    return f"c{module}\n{name}\n".encode()


def text(value: str) -> bytes:
    data = value.encode()
    return b"X" + struct.pack("<I", len(data)) + data


def integer(value: int) -> bytes:
    data = pickle.encode_long(value)
    return b"\x8a" + bytes([len(data)]) + data


def whole(values) -> bytes:
    return b"(" + b"".join(integer(v) for v in values) + b"t"


def storage(count: int = 6, key: str = "0", kind: bytes = glob("torch", "FloatStorage")) -> bytes:
    return b"(" + text("storage") + kind + text(key) + text("cpu") + integer(count) + b"tQ"


def tensor(offset=0, sizes=(2, 3), strides=(3, 1), held: bytes | None = None) -> bytes:
    return (glob("torch._utils", "_rebuild_tensor_v2") + b"(" + (held or storage())
            + integer(offset) + whole(sizes) + whole(strides) + b"\x89"
            + glob("collections", "OrderedDict") + b")RtR")


def state(*items: tuple[str, bytes]) -> bytes:
    return PROTO + b"}(" + b"".join(text(name) + value for name, value in items) + b"u."


def archive(data_pkl: bytes, storages=(("0", struct.pack("<6f", *range(6))),), extra=(),
            compression=zipfile.ZIP_STORED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as made:
        def add(name: str, data: bytes) -> None:
            made.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data, compression)
        add("archive/data.pkl", data_pkl)
        for name, data in storages:
            add(f"archive/data/{name}", data)
        for name, data in extra:
            add(name, data)
    return out.getvalue()


def call(function: bytes, *arguments: bytes) -> bytes:
    return PROTO + function + b"(" + b"".join(arguments) + b"tR."


def shards(name: str, files: dict, index: dict | str, ending: str, tensors=None, says=()) -> None:
    folder = FOLDER / name
    folder.mkdir()
    for file, held in files.items():
        if isinstance(held, bytes):
            (folder / file).write_bytes(held)
        elif ending == "safetensors":
            save_file(held, folder / file, metadata={"format": "pt"})
        else:
            torch.save(held, folder / file)
    index_name = "model.safetensors.index.json" if ending == "safetensors" else \
        "pytorch_model.bin.index.json"
    if index is not None:
        (folder / index_name).write_text(
            index if isinstance(index, str) else json.dumps(index, indent=1) + "\n")
    folders.append({"folder": name, "ok": tensors is not None,
                    "tensors": describe(tensors or {}), "says": list(says)})


def main() -> None:
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    torch.manual_seed(4)
    weight = torch.randn(4, 6)
    bias = torch.randn(4)

    # Element types, and everything else that a state dict may hold.
    base = OrderedDict([("linear.weight", weight), ("linear.bias", bias),
                        ("position_ids", torch.arange(5).unsqueeze(0))])
    good("fp32.bin", base)
    good("fp16.bin", {k: v.half() for k, v in base.items() if v.is_floating_point()})
    good("bf16.bin", {k: v.bfloat16() for k, v in base.items() if v.is_floating_point()})
    good("types.bin", {"f64": weight.double(), "i64": torch.tensor([-1, 2**62]),
                       "i32": torch.tensor([-7, 9], dtype=torch.int32),
                       "i16": torch.tensor([-7, 9], dtype=torch.int16),
                       "i8": torch.tensor([-7, 9], dtype=torch.int8),
                       "u8": torch.tensor([0, 255], dtype=torch.uint8),
                       "bool": torch.tensor([True, False]),
                       "u16": torch.tensor([1, 65535], dtype=torch.uint16),
                       "f8": torch.tensor([1.0, -2.5]).to(torch.float8_e4m3fn)})
    good("legacy.bin", base, _use_new_zipfile_serialization=False)
    for protocol in (3, 4, 5):
        good(f"protocol{protocol}.bin", base, pickle_protocol=protocol)
    tied = torch.randn(3, 8)
    good("shared.bin", {"a": tied, "b": tied, "row": tied[1], "columns": tied[:, 2:5],
                        "last": tied[2, 7]})
    good("strided.bin", {"transposed": weight.t(), "permuted": torch.randn(2, 3, 4).permute(2, 0, 1),
                         "every_second": torch.arange(20.0)[::2], "scalar": torch.tensor(3.5),
                         "empty": torch.empty(0, 7), "ones": torch.randn(1, 6, 1).transpose(0, 2)})
    good("strided_legacy.bin", {"transposed": weight.t(), "row": weight[2]},
         _use_new_zipfile_serialization=False)
    good("parameter.bin", {"w": torch.nn.Parameter(weight.clone())})
    module = torch.nn.Sequential(torch.nn.Linear(6, 4), torch.nn.BatchNorm1d(4))
    good("module.bin", module.state_dict())  # an OrderedDict with its own _metadata
    good("nested.bin", {"state_dict": base, "epoch": 3, "loss": 0.25, "note": "text", "done": True,
                        "nothing": None, "list": [1, (2, 3)]}, base)
    good("nested_model.bin", {"model": base, "step": torch.tensor(7)}, base)
    whole_file = (FOLDER / "fp32.bin").read_bytes()

    # The same state dict by hand: what the refused ones below differ from.
    values = torch.arange(6.0).reshape(2, 3)
    (FOLDER / "by_hand.bin").write_bytes(archive(state(("w", tensor()))))
    entries.append({"file": "by_hand.bin", "ok": True, "tensors": describe({"w": values})})
    (FOLDER / "unaligned.bin").write_bytes(
        archive(state(("w", tensor(held=storage(kind=glob("torch", "DoubleStorage"))))),
                [("0", struct.pack("<6d", *range(6)))], [("archive/x", b"1")]))
    entries.append({"file": "unaligned.bin", "ok": True,
                    "tensors": describe({"w": values.double()})})
    (FOLDER / "commented.bin").write_bytes(
        archive(state(("w", tensor())))[:-2] + struct.pack("<H", 5) + b"hello")
    entries.append({"file": "commented.bin", "ok": True, "tensors": describe({"w": values})})
    (FOLDER / "untyped.bin").write_bytes(archive(PROTO + b"}(" + text("w") + glob(
        "torch._utils", "_rebuild_tensor_v3") + b"(" + storage(24, kind=glob(
            "torch.storage", "UntypedStorage")) + integer(0) + whole((2, 3)) + whole((3, 1))
        + b"\x89}" + glob("torch", "float32") + b"tRu."))
    entries.append({"file": "untyped.bin", "ok": True, "tensors": describe({"w": values})})
    (FOLDER / "python2.bin").write_bytes(archive(
        PROTO + glob("collections", "OrderedDict") + b"(](](U\x01w" + tensor() + b"eetR."))
    entries.append({"file": "python2.bin", "ok": True, "tensors": describe({"w": values})})

    # What asks for something to be executed.
    nothing = "nothing was executed"
    bad("asks_os_system.bin", archive(call(glob("os", "system"), text("true"))), "os.system", nothing)
    bad("asks_posix_system.bin", archive(call(glob("posix", "system"), text("true"))),
        "posix.system", nothing)
    bad("asks_eval.bin", archive(call(glob("builtins", "eval"), text("1"))), "builtins.eval", nothing)
    bad("asks_eval_py2.bin", archive(call(glob("__builtin__", "eval"), text("1"))),
        "__builtin__.eval", nothing)
    bad("asks_getattr.bin", archive(state(("w", call(glob("builtins", "getattr"), glob(
        "torch", "Size"), text("mro"))[2:-1]))), "builtins.getattr", nothing)
    bad("asks_stack_global.bin", archive(b"\x80\x04" + b"\x8c\x02os\x8c\x06system\x93"
                                         b"\x8c\x04true\x85R."), "os.system", nothing)
    bad("asks_nested.bin", archive(state(("w", tensor(held=call(glob("torch.storage",
        "_load_from_bytes"), b"C\x00")[2:-1])))), "torch.storage._load_from_bytes", nothing)
    bad("asks_in_legacy.bin", b"\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19." + PROTO + b"M\xe9\x03."
        + PROTO + b"}." + call(glob("os", "system"), text("true")), "os.system", nothing)
    bad("asks_control_characters.bin", archive(call(glob("os\x1b[31m", "system"), text("x"))),
        "os?[31m.system", nothing)
    bad("asks_inst.bin", archive(PROTO + b"(" + text("true") + b"ios\nsystem\n."), "os.system", nothing)
    bad("asks_obj.bin", archive(PROTO + b"(" + glob("collections", "OrderedDict") + b"o."),
        "make an object", nothing)
    bad("asks_newobj.bin", archive(PROTO + glob("collections", "OrderedDict") + b")\x81."),
        "make an object of a class", nothing)
    bad("asks_newobj_ex.bin", archive(b"\x80\x04" + glob("collections", "OrderedDict") + b")}\x92."),
        "make an object of a class", nothing)
    bad("asks_ext1.bin", archive(PROTO + b"\x82\x01."), "extension registry", nothing)
    bad("asks_ext4.bin", archive(PROTO + b"\x84\x01\0\0\0."), "extension registry", nothing)
    bad("asks_persid.bin", archive(PROTO + b"Pmodel\n."), "persistent id that is text", nothing)
    bad("asks_build.bin", archive(PROTO + b"}(" + text("w") + tensor() + b"}bu."),
        "set the state of a tensor", nothing)
    bad("asks_build_global.bin", archive(PROTO + glob("collections", "OrderedDict") + b"}b."),
        "set the state of collections.OrderedDict", nothing)
    bad("asks_call_of_storage.bin", archive(call(glob("torch", "FloatStorage"), integer(2**40))),
        "call torch.FloatStorage", nothing)
    bad("asks_call_of_text.bin", archive(PROTO + text("os.system") + b")R."), "call text", nothing)
    bad("asks_set.bin", archive(b"\x80\x04\x8f."), "do operation 143", nothing)
    bad("asks_complex.bin", archive(state(("w", tensor(held=storage(kind=glob(
        "torch", "ComplexFloatStorage")))))), "torch.ComplexFloatStorage", nothing)
    bad("protocol0.bin", archive(b"(dp0\n."), "does not begin with its protocol")
    bad("protocol6.bin", archive(b"\x80\x06}."), "protocol 6", "reads 2 to 5")

    # Sizes, offsets, strides.
    outside = "reaches outside of its storage of 6 elements"
    bad("tensor_too_large.bin", archive(state(("w", tensor(sizes=(3, 3))))), '"w"', "[3, 3]", outside)
    bad("tensor_offset.bin", archive(state(("w", tensor(offset=1)))), "offset 1", outside)
    bad("tensor_offset_huge.bin", archive(state(("w", tensor(offset=2**63 - 1)))), outside)
    bad("tensor_offset_negative.bin", archive(state(("w", tensor(offset=-1)))), "its offset")
    bad("tensor_size_negative.bin", archive(state(("w", tensor(sizes=(-2, -3))))), "shape has")
    bad("tensor_stride_negative.bin", archive(state(("w", tensor(strides=(-3, 1))))), "stride has")
    bad("tensor_stride.bin", archive(state(("w", tensor(strides=(4, 1))))), outside)
    bad("tensor_stride_huge.bin", archive(state(("w", tensor(strides=(2**62, 2**62))))), '"w"', outside)
    bad("tensor_stride_overflow.bin", archive(state(("w", tensor(sizes=(2, 5), strides=(
        2**62, 2**62))))), "no memory could hold")
    bad("tensor_expanded.bin", archive(state(("w", tensor(sizes=(2**20, 2**20), strides=(0, 0))))),
        outside)
    bad("tensor_overflow.bin", archive(state(("w", tensor(sizes=(2**40, 2**40), strides=(0, 0))))),
        "no memory could hold")
    bad("tensor_ranks.bin", archive(state(("w", tensor(strides=(1,))))), "do not go together")
    bad("tensor_65_dimensions.bin", archive(state(("w", tensor(sizes=(1,) * 65,
                                                               strides=(1,) * 65)))), "no short tuple")
    bad("tensor_big_number.bin", archive(state(("w", tensor(sizes=(2**80, 3))))), "number of 11 bytes")
    bad("tensors_share_too_much.bin", archive(state(*(
        (f"w{i}", tensor(sizes=(50, 30), strides=(1, 50), held=storage(1500))) for i in range(4))),
        [("0", bytes(6000))]), "too many tensors that share")
    bad("tensor_twice.bin", archive(state(("w", tensor()), ("w", tensor()))), '"w"', "twice")
    bad("name_is_number.bin", archive(PROTO + b"}(K\1" + tensor() + b"u."), "name is no text")
    bad("storage_missing.bin", archive(state(("w", tensor(held=storage(key="7"))))), '"w"', '"7"',
        "not there")
    bad("storage_elsewhere.bin", archive(state(("w", tensor(held=storage(key="../../x"))))),
        '"../../x"', "not there")
    bad("storage_short.bin", archive(state(("w", tensor())), [("0", b"\0" * 20)]), "24 bytes",
        "found 20")
    bad("storage_10_gb.bin", archive(state(("w", tensor(held=storage(2684354560))))),
        "10737418240 bytes", "found 24")
    bad("storage_overflow.bin", archive(state(("w", tensor(held=storage(2**62))))),
        "4611686018427387904 elements")
    bad("storage_negative.bin", archive(state(("w", tensor(held=storage(-6))))), "no storage")
    bad("storage_no_tuple.bin", archive(PROTO + b"K\1Q."), "no storage")

    # Structure.
    bad("empty.bin", b"", "empty")
    bad("text.bin", b"not found\n", "torch.save")
    bad("html.bin", b"<!DOCTYPE html><html></html>\n", "torch.save")
    bad("lfs_pointer.bin", b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n",
        "git lfs pull")
    bad("no_pickle.bin", archive(b"", extra=[]).replace(b"data.pkl", b"data.txt"), "no data.pkl")
    bad("two_pickles.bin", archive(state(("w", tensor())), extra=[("b/data.pkl", b"")]),
        "two data.pkl")
    bad("same_entry_twice.bin", archive(state(("w", tensor())), [("0", b"\0" * 24), (
        "1", b"\0" * 24)]).replace(b"archive/data/1", b"archive/data/0"), "there twice")
    bad("compressed.bin", archive(state(("w", tensor())), compression=zipfile.ZIP_DEFLATED),
        "compressed", "safetensors")
    bad("torchscript.bin", archive(state(("w", tensor())), extra=[("archive/constants.pkl", b"")]),
        "TorchScript")
    bad("big_endian.bin", archive(state(("w", tensor())), extra=[("archive/byteorder", b"big")]),
        '"big"', '"little"')
    end = bytearray(archive(state(("w", tensor()))))
    end[-6:-2] = b"\xff\xff\xff\x7f"
    bad("zip_directory_outside.bin", bytes(end), "outside of the file")
    central = bytearray(archive(state(("w", tensor()))))
    place = central.rfind(b"PK\1\2")
    central[place + 20:place + 28] = b"\xf0\xff\xff\xff" * 2
    bad("zip_entry_outside.bin", bytes(central), "4294967280 bytes, more than the file")
    bad("one_tensor.bin", archive(PROTO + tensor() + b"."), "one tensor without a name")
    bad("no_tensors.bin", archive(PROTO + b"}(" + text("a") + b"K\1u."), "no tensors")
    bad("list.bin", archive(PROTO + b"]."), "expected a dict")
    bad("itself.bin", archive(PROTO + b"]q\0h\0a."), "expected a dict")
    bad("dict_in_itself.bin", archive(PROTO + b"}q\0(" + text("state_dict") + b"h\0u."), "no tensors")
    bad("memo_missing.bin", archive(PROTO + b"h\5."), "never remembered")
    bad("memo_huge.bin", archive(PROTO + b"Nr\xff\xff\xff\xff."), "memo has more than")
    bad("stack_empty.bin", archive(PROTO + b"."), "empty stack")
    bad("mark_missing.bin", archive(PROTO + b"t."), "closes what it never opened")
    bad("mark_taken.bin", archive(PROTO + b"}(s."), "empty stack")
    bad("marks_deep.bin", archive(PROTO + b"(" * 1001 + b"."), "nests deeper than 1000")
    bad("text_10_gb.bin", archive(b"\x80\x04\x8d" + struct.pack("<Q", 10 << 30) + b"a."),
        "10737418240 bytes")
    bad("key_without_value.bin", archive(PROTO + b"}(" + text("a") + b"u."), "without its value")
    bad("set_on_list.bin", archive(PROTO + b"]K\1K\2s."), "no dict")
    bad("append_to_dict.bin", archive(PROTO + b"}K\1a."), "no list")
    bad("pickle_cut.bin", archive(state(("w", tensor()))[:-1]), "the file has")
    bad("zip_cut.bin", whole_file[:-40], "cut off")
    bad("legacy_cut.bin", (FOLDER / "legacy.bin").read_bytes()[:-1], "the file has")

    # Folders.
    first, second = {"a": weight, "b": bias}, {"c": weight.t().contiguous()}
    both = {**first, **second}
    st = ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"]
    pt = ["pytorch_model-00001-of-00002.bin", "pytorch_model-00002-of-00002.bin"]
    size = {"total_size": sum(t.numel() * 4 for t in both.values())}

    def index(names, **changes):
        return {"metadata": size,
                "weight_map": {"a": names[0], "b": names[0], "c": names[1], **changes}}

    files = {st[0]: first, st[1]: second}
    shards("sharded_safetensors", files, index(st), "safetensors", both)
    shards("sharded_pytorch", {pt[0]: first, pt[1]: second}, index(pt), "bin", both)
    shards("no_metadata", files, {"weight_map": index(st)["weight_map"]}, "safetensors", both)
    shards("more_metadata", files, {"metadata": {"total_size": 208.0, "x": [{"weight_map": {"a": 1}}]},
                                    "weight_map": index(st)["weight_map"], "y": {"z": None}},
           "safetensors", both)
    shards("preference", {"model.safetensors": first, "pytorch_model.bin": b"never read"}, None,
           "safetensors", first)
    shards("shard_missing", {st[0]: first}, index(st), "safetensors", says=[st[1], "missing"])
    shards("shard_lacks_tensor", files, index(st, d=st[1]), "safetensors",
           says=['"d"', st[1], "but it is not"])
    shards("tensor_in_two", {st[0]: first, st[1]: {**second, "a": weight}}, index(st), "safetensors",
           says=['"a"', st[0], st[1]])
    shards("named_twice", files, '{"weight_map": {"a": "%s", "a": "%s"}}' % (st[0], st[1]),
           "safetensors", says=['"a" twice'])
    shards("index_names_itself", files, index(st, c="model.safetensors.index.json"), "safetensors",
           says=['"c"', "model.safetensors.index.json", "ends in .safetensors"])
    shards("path_up", files, index(st, c="../fp32.safetensors"), "safetensors",
           says=['"c"', "same folder"])
    shards("path_absolute", files, index(st, c="/dev/zero.safetensors"), "safetensors",
           says=['"c"', "same folder"])
    shards("path_backslash", files, index(st, c="..\\a.safetensors"), "safetensors",
           says=['"c"', "same folder"])
    shards("path_empty", files, index(st, c=""), "safetensors", says=['"c"', "ends in .safetensors"])
    shards("shard_is_number", files, index(st, c=3), "safetensors", says=['"c"', "a number"])
    shards("shard_is_object", files, index(st, c={}), "safetensors", says=['"c"', "an object"])
    shards("map_is_list", files, {"weight_map": [1]}, "safetensors", says=["weight_map is a list"])
    shards("map_missing", files, {"metadata": size}, "safetensors", says=["no weight_map"])
    shards("map_empty", files, {"weight_map": {}}, "safetensors", says=["weight_map is empty"])
    shards("maps_two", files, '{"weight_map": {}, "weight_map": {}}', "safetensors",
           says=["two weight_map"])
    shards("total_absurd", files, {**index(st), "metadata": {"total_size": 10**16}}, "safetensors",
           says=["metadata.total_size"])
    shards("total_negative", files, {**index(st), "metadata": {"total_size": -1}}, "safetensors",
           says=["metadata.total_size"])
    shards("total_is_text", files, {**index(st), "metadata": {"total_size": "208"}}, "safetensors",
           says=["metadata.total_size is text"])
    shards("index_is_list", files, "[1]", "safetensors", says=["expected an object"])
    shards("index_no_json", files, '{"weight_map": {"a"', "safetensors", says=["no JSON"])
    shards("shard_damaged", {st[0]: first, st[1]: b"\xff" * 64}, index(st), "safetensors",
           says=[st[1], "header says"])
    shards("bin_refused", {pt[0]: first, pt[1]: archive(call(glob("os", "system"), text("true")))},
           index(pt), "bin", says=[pt[1], "os.system"])
    shards("other_format", {"tf_model.h5": b"x"}, None, "bin", says=["tf_model.h5", "save_pretrained"])
    shards("nothing", {"config.json": b"{}"}, None, "bin", says=["no weights", "model.safetensors"])

    # Pickles without their archive, for tests/fuzz/fuzz_pickle.cpp: its one storage has 64 bytes.
    SEEDS.mkdir(parents=True, exist_ok=True)
    held = storage(16)
    for name, seed in {
        "strided": state(("w", tensor(0, (4, 4), (1, 4), held)), ("n", b"K\1")),
        "nested": PROTO + b"}" + text("state_dict") + glob("collections", "OrderedDict") + b")R("
                  + text("w") + tensor(4, (2, 3), (3, 1), held) + b"u}bs.",
        "parameter": state(("w", glob("torch._utils", "_rebuild_parameter") + b"("
                            + tensor(0, (16,), (1,), held) + b"\x88}tR")),
        "untyped": PROTO + b"}(" + text("w") + glob("torch._utils", "_rebuild_tensor_v3") + b"("
                   + storage(64, kind=glob("torch.storage", "UntypedStorage")) + integer(3)
                   + whole((2, 3)) + whole((3, 1)) + b"\x89}" + glob("torch", "float16") + b"tRu.",
        "memo": PROTO + b"}q\0(" + text("w") + glob("torch._utils", "_rebuild_tensor_v2") + b"("
                + held + b"q\1K\0K\4\x85q\2K\1\x85\x89}tRq\3" + text("v") + b"h\3" + b"u."
    }.items():
        (SEEDS / name).write_bytes(seed)
    write_json(FOLDER / "manifest.json", {"files": entries, "folders": folders}, indent=1)
    print(sum(f.stat().st_size for f in FOLDER.rglob("*")), "bytes in all")


if __name__ == "__main__":
    main()

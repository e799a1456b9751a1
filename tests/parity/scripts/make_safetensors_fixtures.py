"""Writes tests/fixtures/safetensors/: small valid files and hostile ones, and manifest.json.

Written byte by byte from the format's definition (8-byte little-endian header length, JSON header,
data). `peer` in the manifest is what the Python package safetensors says; `ok` is what Spanwise
must say (it may be stricter, never laxer). Formats: tests/fixtures/README.md.
Run: python tests/parity/scripts/make_safetensors_fixtures.py   (safetensors 0.8.0)
"""

import json
import struct

from safetensors import safe_open

from common import FIXTURES, write_json

OUT = FIXTURES / "safetensors"
F32 = struct.pack("<6f", 0.0, 1.0, -2.5, 3.25, 1e-3, -65504.0)
entries = []


def emit(name, raw, ok, reason, tensors=None):
    path = OUT / name
    path.write_bytes(raw)
    try:
        with safe_open(str(path), "np") as f:
            list(f.keys())
        peer = "ok"
    except Exception as error:  # the package raises several kinds
        peer = str(error)[:160]
    if not ok and peer == "ok":
        print("laxer peer:", name)
    assert not (ok and peer != "ok"), (name, peer)
    entry = {"file": name, "ok": ok, "reason": reason, "peer": peer}
    if tensors is not None:
        entry["tensors"] = tensors
    entries.append(entry)


def pack(header, data, length=None):
    text = header if isinstance(header, bytes) else json.dumps(header, separators=(",", ":")).encode()
    return struct.pack("<Q", len(text) if length is None else length) + text + data


def tensor(dtype, shape, begin, end):
    return {"dtype": dtype, "shape": shape, "data_offsets": [begin, end]}


def info(dtype, shape, values):
    return {"dtype": dtype, "shape": shape, "values": values}


def valid():
    values = [0.0, 1.0, -2.5, 3.25, 0.5, -65504.0]
    emit("valid_f32.safetensors",
         pack({"w": tensor("F32", [2, 3], 0, 24)}, struct.pack("<6f", *values)), True, "",
         {"w": info("F32", [2, 3], values)})
    emit("valid_f16.safetensors",
         pack({"w": tensor("F16", [2, 3], 0, 12)}, struct.pack("<6e", *values)), True, "",
         {"w": info("F16", [2, 3], values)})
    brain = [0.0, 1.0, -2.5, 3.25, 0.5, -65536.0]
    raw = b"".join(struct.pack("<f", v)[2:] for v in brain)
    emit("valid_bf16.safetensors", pack({"w": tensor("BF16", [2, 3], 0, 12)}, raw), True, "",
         {"w": info("BF16", [2, 3], brain)})
    numbers = [0, 1, -1, 9223372036854775807, -9223372036854775808]
    emit("valid_i64.safetensors",
         pack({"position_ids": tensor("I64", [1, 5], 0, 40)}, struct.pack("<5q", *numbers)), True, "",
         {"position_ids": info("I64", [1, 5], numbers)})
    header = {"__metadata__": {"format": "pt", "note": "caf\u00e9"},
              "b": tensor("F32", [2], 8, 16), "a": tensor("F32", [], 4, 8),
              "empty": tensor("F32", [0, 7], 4, 4), "c": tensor("I32", [1], 0, 4)}
    emit("valid_mixed.safetensors", pack(header, struct.pack("<i3f", 7, 1.5, 2.5, -3.5)), True,
         "metadata, a scalar, an empty tensor, header order other than data order",
         {"a": info("F32", [], [1.5]), "b": info("F32", [2], [2.5, -3.5]),
          "empty": info("F32", [0, 7], []), "c": info("I32", [1], [7])})
    text = json.dumps({"w": tensor("F32", [1], 0, 4)}).encode()
    emit("valid_padded_header.safetensors",
         pack(text + b" " * (-len(text) % 64), struct.pack("<f", 4.0)), True,
         "header padded with spaces, as writers do to align the data",
         {"w": info("F32", [1], [4.0])})
    others = {"f64": tensor("F64", [1], 0, 8), "u8": tensor("U8", [3], 8, 11),
              "bool": tensor("BOOL", [2], 11, 13), "i8": tensor("I8", [1], 13, 14),
              "i16": tensor("I16", [1], 14, 16)}
    emit("valid_other_dtypes.safetensors",
         pack(others, struct.pack("<d3B2BbH", 2.5, 1, 2, 255, 1, 0, -3, 65535)), True,
         "dtypes that no encoder here needs: the file must open",
         {"f64": info("F64", [1], [2.5]), "u8": info("U8", [3], [1, 2, 255]),
          "bool": info("BOOL", [2], [1, 0]), "i8": info("I8", [1], [-3]),
          "i16": info("I16", [1], [-1])})
    emit("valid_no_tensors.safetensors", pack({}, b""), True, "an empty header object", {})


def hostile():
    good = {"w": tensor("F32", [2, 3], 0, 24)}
    bad = lambda name, raw, reason: emit(f"bad_{name}.safetensors", raw, False, reason)
    bad("empty_file", b"", "0 bytes")
    bad("seven_bytes", b"\x10\0\0\0\0\0\0", "shorter than the header length field")
    bad("length_only", struct.pack("<Q", 64), "nothing after the length field")
    bad("length_zero", struct.pack("<Q", 0) + F32, "header length 0")
    bad("header_truncated", pack(good, F32)[:40], "file ends inside the header")
    bad("header_length_past_end", pack(good, F32, 10_000), "header length > file")
    bad("header_length_2_63", pack(good, F32, 1 << 63), "header length 2^63")
    bad("header_length_max", pack(good, F32, (1 << 64) - 1), "header length 2^64-1: 8 + n overflows")
    bad("header_length_max_minus_7", pack(good, F32, (1 << 64) - 8), "8 + n = 0 when it wraps")
    bad("header_not_json", pack(b"this is not JSON at all!", F32), "not JSON")
    bad("header_binary", pack(bytes(range(0, 64)), F32), "control bytes")
    bad("header_bad_utf8", pack(b'{"\xff\xfe":{"dtype":"F32","shape":[6],"data_offsets":[0,24]}}', F32),
        "invalid UTF-8 in a name")
    bad("header_array", pack(b"[1,2,3]", F32), "an array instead of an object")
    bad("header_number", pack(b"42", F32), "a number instead of an object")
    bad("header_trailing_garbage",
        pack(json.dumps(good).encode() + b"}{", F32), "bytes after the JSON object")
    bad("header_cut_json", pack(json.dumps(good).encode()[:-2], F32), "JSON ends early")
    bad("deep_nesting", pack(b'{"w":' + b"[" * 50_000 + b"]" * 50_000 + b"}", F32),
        "50,000 nested arrays: no stack overflow")
    bad("deep_metadata",
        pack(b'{"__metadata__":' + b'{"a":' * 20_000 + b'"b"' + b"}" * 20_000 + b"}", b""),
        "20,000 nested objects in the metadata")
    bad("metadata_not_strings", pack({"__metadata__": {"n": 1}, **good}, F32),
        "metadata values must be strings")
    bad("entry_not_object", pack({"w": 7}, F32), "a number instead of a tensor's description")
    bad("missing_dtype", pack({"w": {"shape": [6], "data_offsets": [0, 24]}}, F32), "no dtype")
    bad("missing_shape", pack({"w": {"dtype": "F32", "data_offsets": [0, 24]}}, F32), "no shape")
    bad("missing_offsets", pack({"w": {"dtype": "F32", "shape": [6]}}, F32), "no data_offsets")
    bad("unknown_dtype", pack({"w": tensor("F33", [6], 0, 24)}, F32), "unknown dtype F33")
    bad("dtype_number", pack({"w": tensor(32, [6], 0, 24)}, F32), "dtype is a number")
    bad("negative_dim", pack({"w": tensor("F32", [-2, -3], 0, 24)}, F32),
        "negative sizes whose product fits")
    bad("fractional_dim", pack({"w": tensor("F32", [1.5, 4], 0, 24)}, F32), "a size of 1.5")
    bad("string_dim", pack({"w": tensor("F32", ["6"], 0, 24)}, F32), "a size given as a string")
    bad("shape_not_array", pack({"w": tensor("F32", 6, 0, 24)}, F32), "shape is a number")
    bad("shape_overflow", pack({"w": tensor("F32", [1 << 32, 1 << 32, 6], 0, 24)}, F32),
        "product of sizes overflows 64 bits")
    bad("shape_overflow_to_fit", pack({"w": tensor("F32", [(1 << 62) + 6], 0, 24)}, F32),
        "sizes * 4 bytes wraps to 24")
    bad("dim_too_large", pack(b'{"w":{"dtype":"F32","shape":[36893488147419103232],"data_offsets":[0,24]}}', F32),
        "a size of 2^65")
    bad("shape_too_small", pack({"w": tensor("F32", [2, 2], 0, 24)}, F32), "shape needs 16 bytes, range has 24")
    bad("shape_too_large", pack({"w": tensor("F32", [2, 4], 0, 24)}, F32), "shape needs 32 bytes, range has 24")
    bad("offset_past_end", pack({"w": tensor("F32", [8], 0, 32)}, F32), "range ends 8 bytes past the data")
    bad("data_truncated", pack(good, F32)[:-1], "one byte of the data is missing")
    bad("data_trailing", pack(good, F32 + b"\0" * 4), "4 bytes belong to no tensor")
    bad("begin_after_end", pack({"w": tensor("F32", [6], 24, 0)}, F32), "begin > end")
    bad("begin_after_end_empty", pack({"v": tensor("F32", [0], 8, 4), "w": tensor("F32", [6], 0, 24)}, F32),
        "begin > end on an empty tensor")
    bad("offset_negative", pack({"w": tensor("F32", [6], -24, 0)}, F32), "negative offset")
    bad("offset_huge", pack({"w": tensor("F32", [6], (1 << 64) - 24, 0)}, F32), "begin near 2^64: begin + size wraps")
    bad("offset_fraction", pack({"w": tensor("F32", [6], 0.0, 24.5)}, F32), "fractional offset")
    bad("offsets_three", pack({"w": {"dtype": "F32", "shape": [6], "data_offsets": [0, 12, 24]}}, F32), "three offsets")
    bad("offsets_one", pack({"w": {"dtype": "F32", "shape": [6], "data_offsets": [24]}}, F32), "one offset")
    bad("overlap", pack({"a": tensor("F32", [4], 0, 16), "b": tensor("F32", [4], 8, 24)}, F32),
        "two tensors share 8 bytes")
    bad("same_range", pack({"a": tensor("F32", [6], 0, 24), "b": tensor("F32", [6], 0, 24)}, F32),
        "two tensors share all bytes")
    bad("gap", pack({"a": tensor("F32", [2], 0, 8), "b": tensor("F32", [2], 16, 24)}, F32),
        "8 bytes between tensors belong to none")
    bad("gap_at_start", pack({"a": tensor("F32", [4], 8, 24)}, F32), "first tensor starts at 8")
    bad("duplicate_keys",
        pack(b'{"w":{"dtype":"F32","shape":[6],"data_offsets":[0,24]},'
             b'"w":{"dtype":"F32","shape":[3],"data_offsets":[0,12]}}', F32), "the name w twice")
    bad("html_page", b"<!DOCTYPE html><html><body>404 Not Found</body></html>\n",
        "a web page saved under the wrong name")
    bad("git_lfs_pointer",
        b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"0" * 64 + b"\nsize 90868376\n",
        "a Git LFS pointer instead of the file")
    bad("pickle", b"\x80\x02}q\x00(X\x01\x00\x00\x00wq\x01K\x01u." + b"\0" * 16, "a pickle")


if __name__ == "__main__":
    OUT.mkdir(parents=True, exist_ok=True)
    for old in OUT.glob("*.safetensors"):
        old.unlink()
    valid()
    hostile()
    write_json(OUT / "manifest.json", {"format": 1, "files": entries}, indent=1)
    print(sum(e["ok"] for e in entries), "valid,", sum(not e["ok"] for e in entries), "hostile,",
          sum((OUT / e["file"]).stat().st_size for e in entries), "bytes")

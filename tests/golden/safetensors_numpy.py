"""Makes and checks safetensors files with numpy alone, from the published format:
https://huggingface.co/docs/safetensors/index#format

    python3 tests/golden/safetensors_numpy.py write FILE   writes the golden file
    python3 tests/golden/safetensors_numpy.py check FILE   reads FILE and compares it with the same arrays

tests/golden/python.safetensors was written by the first; tests/core/safetensors_test.ts reads it, and
holds what this lab writes to tests/golden/atelier.safetensors, which passed the second.
"""
import json
import struct
import sys

import numpy as np

DTYPES = {"F32": "<f4", "F64": "<f8", "I64": "<i8", "I32": "<i4", "I16": "<i2", "I8": "i1", "U8": "u1"}
METADATA = {"topology": '{"class_name":"Sequential"}', "name": "größe"}
ARRAYS = {
    "generator/conv/kernel": np.arange(-6, 6, dtype="<f4").reshape(2, 3, 2) / 8,
    "generator/scalar": np.array(np.pi, dtype="<f4"),
    "generator/empty": np.zeros((0, 4), dtype="<f4"),
    "labels": np.array([0, 127, 255], dtype="u1"),
    "after/an/odd/offset": np.array([[-(2**31), 2**31 - 1]], dtype="<i4"),
    "7": np.array([-(2**62)], dtype="<i8"),
    "double": np.array([1e300, -0.0], dtype="<f8"),
}


def write(path):
    header, data = {"__metadata__": METADATA}, b""
    for name, array in ARRAYS.items():
        dtype = next(key for key, numpy in DTYPES.items() if np.dtype(numpy) == array.dtype)
        begin, data = len(data), data + array.tobytes()
        header[name] = {"dtype": dtype, "shape": list(array.shape), "data_offsets": [begin, len(data)]}
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


def read(path):
    raw = open(path, "rb").read()
    (length,) = struct.unpack("<Q", raw[:8])
    assert length % 8 == 0, "the header must end on a multiple of eight"
    header, data = json.loads(raw[8 : 8 + length]), raw[8 + length :]
    metadata, filled, arrays = header.pop("__metadata__", {}), 0, {}
    for name, entry in sorted(header.items(), key=lambda item: item[1]["data_offsets"]):
        begin, end = entry["data_offsets"]
        assert begin == filled, f"{name}: hole or overlap"
        arrays[name] = np.frombuffer(data[begin:end], DTYPES[entry["dtype"]]).reshape(entry["shape"])
        filled = end
    assert filled == len(data), "bytes left over"
    return metadata, arrays


def check(path):
    metadata, arrays = read(path)
    assert metadata == METADATA, metadata
    assert list(arrays) == list(ARRAYS), list(arrays)
    for name, expected in ARRAYS.items():
        assert arrays[name].dtype == expected.dtype and np.array_equal(arrays[name], expected), name
    print(f"{path}: {len(arrays)} arrays as expected")


if __name__ == "__main__":
    {"write": write, "check": check}[sys.argv[1]](sys.argv[2])

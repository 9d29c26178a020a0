"""Checks the hashes in the header of an adapter in kohya's style.

    python kohya_hashes.py FILE

They are taken over the bytes that the safetensors library makes of the tensors and the `ss_*` strings alone.
"""

import hashlib
import struct
import sys

from safetensors import safe_open
from safetensors.torch import load_file, save


def main(file):
    with safe_open(file, "pt") as opened:
        metadata = opened.metadata()
    tensors = load_file(file)
    saved = save(tensors, {key: value for key, value in metadata.items() if key.startswith("ss_")})
    (header,) = struct.unpack("<Q", saved[:8])
    by_name = hashlib.sha256()
    for name in sorted(tensors):
        by_name.update(tensors[name].numpy().tobytes())
    expected = {
        "sshs_model_hash": hashlib.sha256(saved[8 + header :]).hexdigest(),
        "sshs_legacy_hash": hashlib.sha256(saved[0x100000:0x110000]).hexdigest()[:8],
        "modelspec.hash_sha256": "0x" + by_name.hexdigest(),
    }
    assert len(saved) > 0x110000, len(saved)
    found = {key: metadata.get(key) for key in expected}
    assert found == expected, (found, expected)


if __name__ == "__main__":
    main(*sys.argv[1:])

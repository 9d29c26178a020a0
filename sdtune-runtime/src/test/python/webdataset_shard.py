"""Writes the shard of WebDatasetShardsTest with the real library: python webdataset_shard.py OUT, with webdataset 1.0.2, numpy and pillow."""

import pathlib
import sys

import numpy
import webdataset

out = pathlib.Path(sys.argv[1])
with webdataset.TarWriter(str(out / "emoji-000000.tar.gz"), mtime=0) as sink:
    for i, kind in enumerate(["animal", "food", "animal"]):
        picture = numpy.random.default_rng(i).integers(0, 256, (12, 16, 3), dtype=numpy.uint8)
        sample = {"__key__": f"some/{i:06d}", "png": picture, "txt": f"picture {i} of a shard", "cls": i % 2}
        if i == 1:  # as img2dataset has it, and a modality that is not ours
            sample["json"] = {"caption": "another", "class": kind, "width": 16, "exif": {"a": [1]}}
            sample["seg.png"] = picture
            del sample["cls"]
        sink.write(sample)

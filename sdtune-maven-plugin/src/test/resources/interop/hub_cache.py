"""Reads a cache that sdtune made, and makes one for it to read: hub_cache.py OURS THEIRS REPO FILE..."""

import sys

import huggingface_hub

ours, theirs, repo, *files = sys.argv[1:]
snapshot = huggingface_hub.snapshot_download(repo, cache_dir=ours, local_files_only=True)
print("snapshot", snapshot)
for file in files:
    # The server is there, and its answer is that nothing has to be downloaded.
    print("file", huggingface_hub.hf_hub_download(repo, file, cache_dir=ours))
scan = huggingface_hub.scan_cache_dir(ours)
print("warnings", scan.warnings)
print("size", scan.size_on_disk)
for file in files:
    huggingface_hub.hf_hub_download(repo, file, cache_dir=theirs)

"""Reads event files as TensorBoard does: python tensorboard_read.py FOLDER OUT"""

import pathlib
import sys

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

events = EventAccumulator(sys.argv[1])
events.Reload()
lines = [f"{tag} {e.step} {e.value:.4f}" for tag in events.Tags()["scalars"] for e in events.Scalars(tag)]
pathlib.Path(sys.argv[2]).write_text("\n".join(lines) + "\n")

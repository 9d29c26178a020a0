"""Runs sdtune beside diffusers and peft on this machine and prints the ratios. See README.md.

    python3 benchmarks/run.py step [--size example 32x32 64x64] [--steps 9] [--checkpointing] [--bfloat16]
    python3 benchmarks/run.py job [--rounds 3]
    python3 benchmarks/run.py start [--rounds 5]
    python3 benchmarks/run.py generate [--side 256] [--sampling-steps 20] [--rounds 2] [--pictures 2]
    python3 benchmarks/run.py load [--rounds 3]
"""

import argparse
import dataclasses
import datetime
import json
import os
import platform
import shutil
import statistics
import subprocess
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "benchmarks" / "target"
PEER = ROOT / "benchmarks" / "peer"
BASE = ROOT / "sdtune-models" / "emoji-base" / "src" / "main" / "model"
DATASET = ROOT / "example-project" / "src" / "main" / "dataset"


def python():
    """SDTUNE_PYTHON, or a virtual environment of our own with the pinned packages."""
    if os.environ.get("SDTUNE_PYTHON"):
        return os.environ["SDTUNE_PYTHON"]
    venv = TARGET / "venv"
    if not (venv / "complete").exists():
        subprocess.run(["python3", "-m", "venv", "--clear", venv], check=True)
        subprocess.run([venv / "bin/pip", "install", "-q", "-r", PEER / "requirements.txt"], check=True)
        (venv / "complete").touch()
    return str(venv / "bin/python")


def java():
    home = os.environ.get("JAVA_HOME")
    return str(Path(home) / "bin/java") if home else "java"


def class_path():
    """sdtune's classes, the benchmark's own and all they need, out of the reactor as it is."""
    file = TARGET / "classpath.txt"
    subprocess.run(
        ["mvn", "-B", "-q", "-pl", "sdtune-runtime", "test-compile", "dependency:build-classpath",
         f"-Dmdep.outputFile={file}", "-Dmdep.includeScope=test"], cwd=ROOT, check=True)
    runtime = ROOT / "sdtune-runtime" / "target"
    return os.pathsep.join([str(runtime / "test-classes"), str(runtime / "classes"), file.read_text().strip()])


def worker_environment(work):
    """What the plugin adds to the environment of a worker that does `training`, `drawing` or another: see WorkerSettings."""
    return os.environ | json.loads((Path(__file__).parent / "worker-environment.json").read_text())[work]


def machine():
    model = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "?")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {"date": datetime.date.today().isoformat(), "cpu": model, "cores": os.cpu_count(),
            "memory_gib": round(memory), "system": platform.platform()}


def save(name, result):
    folder = TARGET / "results"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.json").write_text(json.dumps(machine() | result, indent=2) + "\n")


class Stepper:
    """A process that does one training step, or draws one picture, for each line it is given."""

    def __init__(self, command, environment):
        self.process = subprocess.Popen(command, env=environment, text=True, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=open(TARGET / "step.log", "a"))
        start = time.perf_counter()
        self.seconds = []
        self.ready = self.answer() | {"launch_seconds": time.perf_counter() - start}
        assert self.ready["ready"]

    def answer(self):
        for line in self.process.stdout:
            if line.startswith("{"):
                return json.loads(line)
        raise SystemExit(f"{self.process.args[0]} ended early: see {TARGET / 'step.log'}")

    def step(self):
        self.process.stdin.write("step\n")
        self.process.stdin.flush()
        self.seconds.append(self.answer()["seconds"])

    def finish(self, warm_up):
        self.process.stdin.close()
        peak = self.answer()["peak_bytes"]
        self.process.wait()
        timed = self.seconds[warm_up:]
        if not timed:
            return {"peak_bytes": peak}
        return {"median_seconds": statistics.median(timed), "min_seconds": min(timed), "peak_bytes": peak,
                "seconds": timed}


@dataclasses.dataclass(frozen=True)
class Size:
    """What a training step is taken of: latents of side x side."""

    title: str
    side: int
    batch: int


SIZES = {
    "example": Size("the example's base, batch 16", 16, 16),
    "32x32": Size("Stable Diffusion 1.5, latents 32x32", 32, 1),
    "64x64": Size("Stable Diffusion 1.5, latents 64x64", 64, 1),
}


def random_sd15(dtype="float32"):
    folder = TARGET / ("sd15" if dtype == "float32" else f"sd15-{dtype}")
    subprocess.run([python(), PEER / "make_sd15_random.py", folder, dtype], check=True)
    return folder


def step(args):
    """The same step on both sides in turn, A B A B ..., both processes being there all the time."""
    path = class_path()
    options = [f"--{name}" for name in ("checkpointing", "bfloat16") if getattr(args, name)]
    work = "training_in_little_memory" if args.bfloat16 else "training"
    for name in args.size:
        size = SIZES[name]
        base = BASE if name == "example" else random_sd15("bfloat16" if args.bfloat16 else "float32")
        common = ["--base", str(base), "--side", str(size.side), "--batch", str(size.batch),
                  "--threads", str(args.threads), *options]
        sdtune = sdtune_side("StepBenchmark", path, common, args.threads, work)
        peer = Stepper([python(), str(PEER / "step_peer.py"), *common], os.environ)
        for _ in range(args.warm_up + args.steps):
            sdtune.step()
            peer.step()
        result = dataclasses.asdict(size) | {"options": options, "threads": args.threads,
                                             "sdtune": sdtune.finish(args.warm_up), "diffusers": peer.finish(args.warm_up)}
        report(" ".join(["step", size.title, *options]), result, ["median_seconds", "min_seconds", "peak_bytes"])
        save("".join(["step-", name, *options]), result)


def sdtune_side(main, path, common, threads, work):
    """A benchmark of sdtune's test classes, in the environment that the plugin gives a worker."""
    return Stepper([java(), "-Xmx256m", "-XX:+UseSerialGC", "-cp", path, f"io.github.sdtune.benchmark.{main}", *common],
                   worker_environment(work) | {"OMP_NUM_THREADS": str(threads)})


def drawing(args, path, side_name):
    """One side of `load` and `generate`: a process with the model loaded that draws on demand."""
    common = ["--base", str(TARGET / "sd15"), "--side", str(args.side), "--threads", str(args.threads),
              "--sampling-steps", str(args.sampling_steps)]
    if side_name == "sdtune":
        return sdtune_side("GenerateBenchmark", path, common, args.threads, "drawing")
    return Stepper([python(), str(PEER / "generate_peer.py"), *common], os.environ)


def generate(args):
    """Pictures in fresh processes, in turn, each alone on the machine: beside one that draws, an idle process of this
    size loses its mapped pages to the kernel's reclaim."""
    random_sd15()
    path = class_path()
    runs = {"sdtune": [], "diffusers": []}
    for _ in range(args.rounds):
        for name, seen in runs.items():
            side = drawing(args, path, name)
            for _ in range(args.pictures):
                side.step()
            seen.append(side.finish(0))
    result = {"side": args.side, "sampling_steps": args.sampling_steps, "threads": args.threads}
    for name, seen in runs.items():
        seconds = [s for run in seen for s in run["seconds"]]
        result[name] = {"median_seconds": statistics.median(seconds), "min_seconds": min(seconds),
                        "peak_bytes": max(run["peak_bytes"] for run in seen), "seconds": seconds}
    report(f"generate, {args.side}x{args.side}, {args.sampling_steps} steps", result,
           ["median_seconds", "min_seconds", "peak_bytes"])
    save("generate", result)


def load(args):
    """Loading in fresh processes, in turn, the files being in the system's cache."""
    base = random_sd15()
    for file in base.rglob("*.safetensors"):
        with open(file, "rb") as f:
            while f.read(1 << 26):
                pass
    path = class_path()
    runs = {"sdtune": [], "diffusers": []}
    for _ in range(args.rounds):
        for name, seen in runs.items():
            side = drawing(args, path, name)
            seen.append({key: side.ready[key] for key in ("load_seconds", "first_use_seconds", "launch_seconds")} | side.finish(0))
    result = {"threads": args.threads}
    for name, seen in runs.items():
        result[name] = {key: statistics.median(r[key] for r in seen) for key in seen[0]} | {"rounds": seen}
    report("load", result, ["load_seconds", "first_use_seconds", "launch_seconds", "peak_bytes"])
    save("load", result)


class Peak(threading.Thread):
    """The largest sum of resident memory of a process and all its descendants, seen every 50 ms."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.pid, self.bytes, self.done = pid, 0, threading.Event()
        self.page = os.sysconf("SC_PAGE_SIZE")
        self.start()

    def run(self):
        while not self.done.wait(0.05):
            self.bytes = max(self.bytes, sum(self.resident(pid) for pid in self.tree(self.pid)))

    def tree(self, pid):
        yield pid
        try:
            for task in os.listdir(f"/proc/{pid}/task"):
                for child in Path(f"/proc/{pid}/task/{task}/children").read_text().split():
                    yield from self.tree(int(child))
        except OSError:
            pass

    def resident(self, pid):
        try:
            return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * self.page
        except OSError:
            return 0


def launch(command, cwd, environment, log):
    start = time.perf_counter()
    with open(log, "w") as out:
        process = subprocess.Popen([str(c) for c in command], cwd=cwd, env=environment, stdout=out, stderr=out)
        peak = Peak(process.pid)
        code = process.wait()
    seconds = time.perf_counter() - start
    peak.done.set()
    if code:
        raise SystemExit(f"{command[0]} failed, see {log}")
    return {"seconds": seconds, "peak_bytes": peak.bytes}


def training_pictures(folder):
    """The example's pictures to train on, and one held-out picture, since sdtune does not do without."""
    folder.mkdir()
    rows = [json.loads(line) for line in (DATASET / "metadata.jsonl").read_text().splitlines()]
    rows = [r for r in rows if r["split"] == "train"] + [r for r in rows if r["split"] == "validation"][:1]
    for row in rows:
        shutil.copy(DATASET / row["file_name"], folder)
    (folder / "metadata.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return folder


def job_project(**changed):
    """The example's training as a project of its own, the settings that both sides share, and sdtune's command."""
    project = TARGET / "job"
    shutil.rmtree(project, ignore_errors=True)
    shutil.copytree(ROOT / "benchmarks" / "job", project)
    settings = json.loads((project / "settings.json").read_text()) | changed
    dataset = training_pictures(project / "dataset")
    maven = ["mvn", "-B", "-o", "io.github.sdtune:sdtune-maven-plugin:0.1.0-SNAPSHOT:fine-tune",
             f"-Dbenchmark.base={BASE}", f"-Dbenchmark.dataset={dataset}",
             *(f"-Dbenchmark.{key}={value}" for key, value in settings.items())]
    return project, settings, dataset, maven


def job(args):
    """The example's training from launch to saved adapter, in turn; `mvn` and its worker on sdtune's side."""
    project, settings, dataset, maven = job_project()
    peer = [python(), PEER / "train_peer.py", "--base", BASE, "--dataset", dataset, "--output", TARGET / "peer-lora"]
    peer += [f"--{key}={value}" for key, value in settings.items()]
    rounds = {"sdtune": [], "diffusers": []}
    for i in range(args.rounds):
        shutil.rmtree(project / "target", ignore_errors=True)
        rounds["sdtune"].append(launch(maven, project, os.environ, TARGET / "job-sdtune.log"))
        assert (project / "target/sdtune/weights/pytorch_lora_weights.safetensors").exists()
        rounds["diffusers"].append(launch(peer, ROOT, os.environ, TARGET / "job-diffusers.log"))
    result = {"settings": settings} | {
        side: {"median_seconds": statistics.median(r["seconds"] for r in runs),
               "peak_bytes": max(r["peak_bytes"] for r in runs), "rounds": runs} for side, runs in rounds.items()}
    report("job", result, ["median_seconds", "peak_bytes"])
    save("job", result)


def start(args):
    """From the launch of a worker to the end of its first step, pictures and captions being encoded: sdtune alone."""
    project, _, _, maven = job_project(steps=3)
    launch(maven, project, os.environ, TARGET / "start.log")
    output = project / "target" / "sdtune"
    command = [java(), f"@{output / 'worker' / 'fine-tune' / 'java.args'}"]
    seconds = []
    for _ in range(args.rounds):
        shutil.rmtree(output / "weights")
        shutil.rmtree(output / "checkpoints", ignore_errors=True)
        begin = time.perf_counter()
        worker = subprocess.Popen(command, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                  stderr=subprocess.DEVNULL, env=worker_environment("training"))
        steps = (time.perf_counter() - begin for line in worker.stdout if '"event":"step"' in line)
        seconds.append(next(steps))
        worker.stdout.read()
        assert worker.wait() == 0
    print(f"start: seconds to the end of the first step: median {statistics.median(seconds):.2f}, "
          f"from {min(seconds):.2f} to {max(seconds):.2f}")
    save("start", {"sdtune": {"median_seconds": statistics.median(seconds), "seconds": seconds}})


def report(title, result, keys):
    ours, theirs = result["sdtune"], result["diffusers"]
    for key in keys:
        unit = 2**30 if key == "peak_bytes" else 1
        print(f"{title}: {key.replace('bytes', 'GiB')}: sdtune {ours[key] / unit:.2f}, "
              f"diffusers {theirs[key] / unit:.2f}, ratio {ours[key] / theirs[key]:.3f}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    steps = commands.add_parser("step")
    steps.add_argument("--size", nargs="+", default=list(SIZES), choices=list(SIZES))
    steps.add_argument("--steps", type=int, default=9)
    steps.add_argument("--warm-up", type=int, default=2)
    steps.add_argument("--threads", type=int, default=os.cpu_count())
    steps.add_argument("--checkpointing", action="store_true", help="blocks are computed once more, on both sides")
    steps.add_argument("--bfloat16", action="store_true", help="frozen weights and products, on both sides")
    steps.set_defaults(run=step)
    jobs = commands.add_parser("job")
    jobs.add_argument("--rounds", type=int, default=3)
    jobs.set_defaults(run=job)
    starts = commands.add_parser("start")
    starts.add_argument("--rounds", type=int, default=5)
    starts.set_defaults(run=start)
    for name, run in (("generate", generate), ("load", load)):
        draws = commands.add_parser(name)
        draws.add_argument("--side", type=int, default=256)
        draws.add_argument("--sampling-steps", type=int, default=20)
        draws.add_argument("--pictures", type=int, default=2)
        draws.add_argument("--rounds", type=int, default=3 if name == "load" else 2)
        draws.add_argument("--threads", type=int, default=os.cpu_count())
        draws.set_defaults(run=run)
    args = parser.parse_args()
    TARGET.mkdir(parents=True, exist_ok=True)
    args.run(args)


if __name__ == "__main__":
    main()

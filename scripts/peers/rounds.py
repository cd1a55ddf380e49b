"""Runs the measurements in turns and keeps every number."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

import pieces

HERE = pathlib.Path(__file__).resolve().parent

# Work, with the model and what each of the three is asked to do.
WORK = {
    "vit-b-encode": ("vit-b", "encode"),
    "mobile-sam-encode": ("mobile-sam", "encode"),
    "decode": ("mobile-sam", "decode"),
    "prompts": ("mobile-sam", "prompts"),
    "workers": ("mobile-sam", "workers"),
    "cache": ("vit-b", "cache"),
    "large": ("vit-b", "large"),
    "everything": ("mobile-sam", "everything"),
}


def measure(command):
    """A process's JSON and its peak memory in bytes."""
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen([str(part) for part in command], stdout=out)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        text = out.read().decode()
    if process.returncode != 0:
        raise SystemExit(f"{' '.join(map(str, command))} ended with {process.returncode}")
    return json.loads(text.strip().splitlines()[-1] if not text.startswith("{") else text), usage.ru_maxrss * 1024


def worker(arguments, peer, work, model):
    return [sys.executable, "-W", "ignore", HERE / "worker.py", peer, work, model, arguments.work, arguments.threads,
            arguments.sam, arguments.mobilesam, arguments.everything or ""]


def vipsam(arguments, work, model, image):
    # Of several the median: the first one meets cold memory, which the others' processes have behind them.
    repeats = {"encode": 3, "decode": 9, "prompts": 3, "everything": 1, "workers": 1}[work]
    return [arguments.vipsam, "bench", "--model", model, "--image", image, "--only", work, "--runs", repeats,
            "--threads", arguments.threads, "--json"]


def note(results, work, peer, times, memory):
    entry = results["times"].setdefault(work, {}).setdefault(peer, {"ms": [], "bytes": []})
    entry["ms"].append(sorted(times)[len(times) // 2])
    entry["bytes"].append(memory)
    print(f"{work:18} {peer:10} {entry['ms'][-1]:10.1f} ms {memory / 2**20:8.0f} MiB", flush=True)


def note_sgemm(results, work, data):
    results["sgemm"].setdefault(work, []).append(data["sgemm_gflops"])


def load(arguments):
    """What earlier runs found."""
    log = arguments.work / "results.json"
    results = json.loads(log.read_text()) if log.exists() else {"times": {}, "sgemm": {}}
    if arguments.fresh:
        for name in arguments.only:
            results["times"].pop(name, None)
            results["sgemm"].pop(name, None)
    return results


def run(arguments):
    results = load(arguments)
    for number in range(arguments.runs):
        print(f"round {number + 1} of {arguments.runs}", flush=True)
        for name in arguments.only:
            model, work = WORK[name]
            if work == "everything":
                everything(arguments, results)
            elif work == "cache":
                pieces.cache(arguments, results)
            elif work == "large":
                pieces.large(arguments, results, measure)
            else:
                data, memory = measure(
                    vipsam(arguments, work, arguments.work / f"{model}.safetensors", arguments.work / "picture.png"))
                note_sgemm(results, name, data)
                if work == "workers":
                    results.setdefault("workers", []).append([data["worker_scaling"][0], data["sgemm_scaling"][0]])
                    print(f"{name:18} {results['workers'][-1]}", flush=True)
                else:
                    note(results, name, "vipsam", data[f"{work}_ms"], memory)
                    for peer in ("torch", "onnx"):
                        data, memory = measure(worker(arguments, peer, work, model))
                        note(results, name, peer, data["ms"], memory)
            (arguments.work / "results.json").write_text(json.dumps(results))
    return results


def everything(arguments, results):
    """All of vipsam's work after the encode; ONNX Runtime's decoder alone for as many prompts; and of the official
    generator, which takes a quarter of an hour, one of its 16 batches of 64 prompts with all that follows."""
    if arguments.everything is None:
        raise SystemExit("'everything' needs --everything FOLDER; leave it out with --only")
    data, memory = measure(vipsam(
        arguments, "everything", arguments.everything / "model.safetensors", arguments.everything / "picture.png"))
    note_sgemm(results, "everything", data)
    results["masks"] = data.get("masks")
    results["survival"] = json.loads((arguments.everything / "chosen.json").read_text())["survival"]
    note(results, "everything", "vipsam", data["everything_ms"], memory)
    data, memory = measure(worker(arguments, "onnx", "prompts", "mobile-sam"))
    note(results, "everything", "onnx", [16 * ms for ms in data["ms"]], memory)
    data, memory = measure(worker(arguments, "torch", "generator", "mobile-sam"))
    note(results, "everything", "generator", [16 * ms for ms in data["ms"]], memory)

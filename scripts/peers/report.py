"""Writes what was measured as a page."""

import datetime
import importlib.metadata
import os
import pathlib
import statistics

TITLES = {
    "vit-b-encode": "ViT-B encode, 1024²", "mobile-sam-encode": "MobileSAM encode, 1024²",
    "decode": "one decode (1 point, 3 masks)", "everything": "everything after the encode, 32×32 points",
}
# Arithmetic that is needed, in GFLOP, and how often the sgemm time of it may be taken: the aims of the project.
NEEDED = {"vit-b-encode": 972, "mobile-sam-encode": 77.5, "decode": 1.6}
AIMS = {"vit-b-encode": "≥ 1.35×", "mobile-sam-encode": "≥ 1.4×", "decode": "≥ 2.5×", "everything": "≥ 5×"}


def machine():
    model = "unknown processor"
    info = pathlib.Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text().splitlines():
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    return f"{model}, {os.cpu_count()} processors"


def seconds(ms):
    return f"{ms / 1000:.2f} s" if ms >= 1000 else f"{ms:.1f} ms"


def markdown(results, arguments):
    sgemm = statistics.median(results["sgemm"])
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in ("torch", "onnxruntime"))
    lines = [
        "# Performance", "",
        "Written by `scripts/bench-peers`; do not edit.", "",
        f"Measured on {datetime.date.today().isoformat()}: {machine()}; {arguments.threads} threads; {versions}. "
        "Random weights, float32, the same for all. Each measurement is a process of its own, and the programs take "
        f"turns; rounds: {arguments.runs}, of which the medians count. Plain sgemm in the same runs: "
        f"{sgemm:.0f} GFLOP/s.", "",
        "| work | vipsam | PyTorch (official code) | ONNX Runtime | against the better | aim | "
        "against the sgemm floor |",
        "|---|---|---|---|---|---|---|",
    ]
    memory = []
    for work, peers in results["times"].items():
        median = {peer: statistics.median(entry["ms"]) for peer, entry in peers.items()}
        others = {peer: ms for peer, ms in median.items() if peer in ("torch", "onnx")}
        floor = f"{median['vipsam'] / (1000 * NEEDED[work] / sgemm):.2f}×" if work in NEEDED else "–"
        torch_time = median.get("torch", median.get("generator"))
        lines.append(
            f"| {TITLES[work]} | {seconds(median['vipsam'])} | {seconds(torch_time) if torch_time else '–'} | "
            f"{seconds(median['onnx'])} | {min(others.values()) / median['vipsam']:.2f}× | {AIMS[work]} | {floor} |")
        memory.append(
            f"| {TITLES[work]} | " + " | ".join(
                f"{max(peers[peer]['bytes']) / 2**20:.0f} MiB" if peer in peers else "–"
                for peer in ("vipsam", "torch" if "torch" in peers else "generator", "onnx")) + " |")
    if "everything" in results["times"]:
        peers = results["times"]["everything"]
        lines += [
            "", f"Everything: a textured picture of 1800×1200; {100 * results['survival']:.0f} % of the candidates "
            f"pass the thresholds (counted on a coarser grid), {results['masks']} masks remain. ONNX Runtime's time is "
            "that of its decoder alone for 1,024 prompts in batches of 64."]
        if "generator" in peers:
            ratio = statistics.median(peers["generator"]["ms"]) / statistics.median(peers["vipsam"]["ms"])
            lines.append(
                f"PyTorch's is the official generator without the encode, measured once: {ratio:.1f}× vipsam's time "
                f"(aim: ≥ 20×), {results['generator_masks']} masks.")
    floors = [f"{TITLES[work]} {needed:g} GFLOP" for work, needed in NEEDED.items() if work in results["times"]]
    if floors:
        lines += ["", f"Floor: {', '.join(floors)}, at the rate of sgemm."]
    lines += ["", "| peak memory of the process | vipsam | PyTorch | ONNX Runtime |", "|---|---|---|---|", *memory, ""]
    return "\n".join(lines)

"""Writes what was measured as a page."""

import datetime
import importlib.metadata
import os
import pathlib
import statistics

TITLES = {
    "vit-b-encode": "ViT-B encode, 1024²", "mobile-sam-encode": "MobileSAM encode, 1024²",
    "decode": "one decode (1 point, 3 masks)", "prompts": "64 prompts, 3 masks each",
    "everything": "everything after the encode, 32×32 points",
}
# Arithmetic that is needed, in GFLOP, and how often the sgemm time of it may be taken: the aims of the project.
# The encoders' as the original code does it; what vipsam leaves out of that, the padding of windows, is not taken off.
NEEDED = {"vit-b-encode": 972, "mobile-sam-encode": 77.5, "decode": 1.6, "prompts": 102.4}
WITHOUT_PADDING = {"vit-b-encode": 937.6, "mobile-sam-encode": 74.1}
FLOOR_AIMS = {"vit-b-encode": "≤ 1.2×", "mobile-sam-encode": "≤ 1.35×", "decode": "≤ 1.7×"}
AIMS = {"vit-b-encode": "≥ 1.35×", "mobile-sam-encode": "≥ 1.4×", "decode": "≥ 2.5×", "prompts": "–", "everything": "≥ 5×"}


def machine():
    model = "unknown processor"
    info = pathlib.Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text().splitlines():
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    flags = info.read_text() if info.exists() else ""
    widest = next((name for name in ("avx512_vnni", "avx512f", "avx2") if name in flags), "no AVX2")
    return f"{model}, {os.cpu_count()} processors, {widest}"


def seconds(ms):
    return f"{ms / 1000:.2f} s" if ms >= 1000 else f"{ms:.1f} ms"


def markdown(results, arguments):
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in ("torch", "onnxruntime"))
    lines = [
        "# Performance", "",
        "Written by `scripts/bench-peers`; do not edit.", "",
        f"Measured on {datetime.date.today().isoformat()}: {machine()}; {arguments.threads} threads; {versions}. "
        "Random weights, float32, the same for all. Each measurement is a process of its own, and the programs take "
        "turns; the medians of the rounds count. The floor is the arithmetic that is needed at the rate of plain sgemm "
        "(the better of OpenBLAS and our own) in the same rounds.", "",
        "| work | rounds | vipsam | PyTorch (official code) | ONNX Runtime | against the better | aim | sgemm, GFLOP/s | "
        "against the floor | aim |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    memory = []
    for work in (name for name in TITLES if name in results["times"]):
        peers, sgemm = results["times"][work], statistics.median(results["sgemm"][work])
        median = {peer: statistics.median(entry["ms"]) for peer, entry in peers.items()}
        others = {peer: ms for peer, ms in median.items() if peer in ("torch", "onnx")}
        floor = f"{median['vipsam'] / (1000 * NEEDED[work] / sgemm):.2f}×" if work in NEEDED else "–"
        torch_time = median.get("torch", median.get("generator"))
        lines.append(
            f"| {TITLES[work]} | {len(peers['vipsam']['ms'])} | {seconds(median['vipsam'])} | {seconds(torch_time)} | "
            f"{seconds(median['onnx'])} | {min(others.values()) / median['vipsam']:.2f}× | {AIMS[work]} | {sgemm:.0f} | "
            f"{floor} | {FLOOR_AIMS.get(work, '–')} |")
        memory.append(
            f"| {TITLES[work]} | " + " | ".join(
                f"{max(peers[peer]['bytes']) / 2**20:.0f} MiB" if peer in peers else "–"
                for peer in ("vipsam", "torch" if "torch" in peers else "generator", "onnx")) + " |")
    if "everything" in results["times"]:
        peers = results["times"]["everything"]
        ratio = statistics.median(peers["generator"]["ms"]) / statistics.median(peers["vipsam"]["ms"])
        lines += [
            "", f"Everything: a textured picture of 1800×1200; {100 * results['survival']:.0f} % of the candidates "
            f"pass the thresholds, {results['masks']} masks remain. ONNX Runtime's time is that of its decoder alone, 16 "
            "times a batch of 64 prompts. PyTorch's is 16 times that of the official generator (without the encode) on "
            f"a 64-point sample of its grid: {ratio:.1f}× vipsam's time (aim: ≥ 20×)."]
    floors = [f"{TITLES[work]} {needed:g}" for work, needed in NEEDED.items() if work in results["times"]]
    if floors:
        lines += [
            "", f"Arithmetic that is needed, in GFLOP: {', '.join(floors)}; of prompts, 1.6 each (many prompts on one "
            "picture now take less: docs/decisions/0011)."]
    bare = []
    for work, needed in WITHOUT_PADDING.items():
        if work in results["times"]:
            ms = statistics.median(results["times"][work]["vipsam"]["ms"])
            ratio = ms * statistics.median(results["sgemm"][work]) / (1000 * needed)
            bare.append(f"{TITLES[work]} {needed:g} GFLOP, {ratio:.2f}×")
    if bare:
        lines[-1] += (
            " The encoders are counted as the original code does them, padded windows included. vipsam leaves the "
            f"padding out; against the floor of what is left: {'; '.join(bare)}. A decode is counted without what is "
            "done once per picture, which its time leaves out as well; the peers do that anew for each.")
    if results.get("workers"):
        encode, sgemm = (statistics.median(pair[i] for pair in results["workers"]) for i in (0, 1))
        share = statistics.median(pair[0] / pair[1] for pair in results["workers"])
        lines += [
            "", f"Two workers of one thread each, MobileSAM encode: {encode:.2f}× the work of one; two plain products at "
            f"a time in the same runs: {sgemm:.2f}× that of one; {share:.2f} of it (aim: ≥ 0.95; medians of "
            f"{len(results['workers'])} rounds)."]
    if "cache" in results:
        cache = results["cache"]
        lines += [
            "", f"Embedding cache, ViT-B, a point in a picture of 1800×1200, each in a new process: {cache['miss']:.2f} s "
            f"with the encode, {cache['hit']:.2f} s for a second point, with start and reading of the model; its masks "
            f"{'are the same bytes as' if cache['same'] else 'DIFFER from'} those without the cache."]
    if "large" in results:
        lines += [
            "", f"ViT-B encode and everything on a picture of 24 megapixels: peak memory "
            f"{results['large']['bytes'] / 2**20:.0f} MiB (aim: ≤ 1.2 GB), {results['large']['masks']} masks."]
        if "vit-b-encode" in results["times"]:
            share = results["large"]["bytes"] / max(results["times"]["vit-b-encode"]["torch"]["bytes"])
            lines[-1] += f" That is {share:.2f} of what PyTorch takes for the encode alone (aim: ≤ 1/3)."
        if "textured" in results["large"]:
            with_masks = results["large"]["textured"]
            lines[-1] += (
                f" Random weights of ViT-B draw nothing that passes; with those of the row above, MobileSAM's layout, "
                f"{with_masks['masks']} masks remain on the same picture: {with_masks['bytes'] / 2**20:.0f} MiB.")
    lines += ["", "| peak memory of the process | vipsam | PyTorch | ONNX Runtime |", "|---|---|---|---|", *memory, ""]
    return "\n".join(lines)

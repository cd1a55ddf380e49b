"""Measurements of vipsam alone: the embedding cache, and memory on a large photo."""

import filecmp
import os
import pathlib
import subprocess
import tempfile
import time


def cache(arguments, results):
    """Two prompts on the same picture, each in a process of its own, without and with what the first one kept."""
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        environment = {**os.environ, "XDG_CACHE_HOME": str(folder / "cache")}

        def segment(point, out, *more):
            command = [arguments.vipsam, "segment", arguments.work / "picture.png", "--point", point, "--model",
                       arguments.work / "vit-b.safetensors", "-o", folder / out, "--threads", arguments.threads, *more]
            start = time.perf_counter()
            subprocess.run([str(part) for part in command], check=True, env=environment, stdout=subprocess.DEVNULL)
            return time.perf_counter() - start

        missed = segment("900,600", "first")
        hit = segment("500,300", "hit")
        segment("500,300", "uncached", "--no-cache")
        names = sorted(path.name for path in (folder / "hit").iterdir())
        same = all(filecmp.cmp(folder / "hit" / name, folder / "uncached" / name, shallow=False) for name in names)
        results["cache"] = {"miss": missed, "hit": hit, "same": bool(names) and same}
        print(f"cache: first {missed:.2f} s, second {hit:.2f} s, same bytes: {results['cache']['same']}", flush=True)


def large(arguments, results, measure):
    """Peak memory of ViT-B's encode and everything on a picture of 24 megapixels; random weights draw no masks that
    pass, so those of `everything`, which do, are measured as well."""
    picture = arguments.work / "large.png"
    if not picture.exists():
        import scene

        scene.textured(1500, 1000, shapes=120, seed=22).resize((6000, 4000)).save(picture)
    found = []
    models = [arguments.work / "vit-b.safetensors"]
    if arguments.everything:
        models.append(arguments.everything / "model.safetensors")
    for model in models:
        data, memory = measure(
            [arguments.vipsam, "bench", "--model", model, "--image", picture, "--only", "everything", "--runs", 1,
             "--threads", arguments.threads, "--json"])
        found.append({"bytes": memory, "masks": data.get("masks")})
        print(f"24 megapixels: {memory / 2**20:.0f} MiB, {data.get('masks')} masks", flush=True)
    results["large"] = found[0] | ({"textured": found[1]} if len(found) > 1 else {})

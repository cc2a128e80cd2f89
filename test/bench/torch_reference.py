"""The benchmark's computations in PyTorch, for comparison.

Reads one JSON command a line and answers with one JSON line:
  {"command": "prepare", "case": ..., "options": ..., "feeds": ..., "tensors": [...], "outputs": ..., "dtype": ...}
      loads the tensors, computes once and writes the result; one computation is kept for each dtype
  {"command": "run", "count": n, "dtype": ...}   computes n times and gives the milliseconds of each, by the clock and
      of the processor's cores together
"""

import json
import sys
import time

import torch
from torch_evoformer import evoformer_block
from torch_language_model import language_model_layer
from torch_layers import Scope, update_pair
from torch_structure_module import structure_module
from torch_trunk import trunk_block

torch.set_num_threads(int(sys.argv[1]))


def pair_block(tensors, options):
    return [update_pair(Scope(tensors), tensors["pair"], tensors["mask"], options["headChannels"])]


def evoformer(tensors, options):
    return evoformer_block(
        Scope(tensors),
        tensors["msa"],
        tensors["pair"],
        tensors["msaMask"],
        options["globalColumns"],
        options["msaHeadChannels"],
        options["pairHeadChannels"],
    )


def trunk(tensors, options):
    start = tensors["single"], tensors["pair"], tensors["mask"]
    return trunk_block(Scope(tensors), *start, options["singleHeadChannels"], options["pairHeadChannels"])


def forward(compute):
    def run(tensors, options):
        with torch.no_grad():
            return compute(tensors, options)

    return run


def forward_backward(tensors, options):
    by = [tensors[name].requires_grad_() for name in options["by"]]
    loss = (pair_block(tensors, options)[0] * tensors["target"]).sum()
    return list(torch.autograd.grad(loss, by))


CASES = {
    "matmul": forward(lambda tensors, _: [torch.matmul(tensors["a"], tensors["b"])]),
    "pair_block": forward(pair_block),
    "pair_block_gradients": forward_backward,
    "evoformer_block": forward(evoformer),
    "trunk_block": forward(trunk),
    "language_model_layer": forward(
        lambda tensors, options: [language_model_layer(Scope(tensors), tensors["hidden"][0], options["numHeads"])]
    ),
    "structure_module": forward(
        lambda tensors, sizes: structure_module(Scope(tensors), tensors["single"][0], tensors["pair"][0], sizes)
    ),
}


def load(path, entries, dtype):
    data = torch.from_file(path, size=sum(entry["size"] for entry in entries), dtype=torch.float32)
    pieces = data.split([entry["size"] for entry in entries])
    return {e["name"]: piece.to(dtype, copy=True).view(e["shape"]) for e, piece in zip(entries, pieces)}


def save(path, tensors):
    flat = torch.cat([tensor.detach().float().reshape(-1) for tensor in tensors])
    torch.from_file(path, shared=True, size=flat.numel(), dtype=torch.float32).copy_(flat)


def prepare(message):
    tensors = load(message["feeds"], message["tensors"], getattr(torch, message["dtype"]))
    case, options = CASES[message["case"]], message["options"]
    save(message["outputs"], case(tensors, options))
    return lambda: case(tensors, options)


def run(compute, count):
    milliseconds, processor = [], []
    for _ in range(count):
        start, cpu_start = time.perf_counter(), time.process_time()
        compute()
        milliseconds.append(1000 * (time.perf_counter() - start))
        processor.append(1000 * (time.process_time() - cpu_start))
    return {"milliseconds": milliseconds, "processor": processor}


def settings():
    """What PyTorch runs with, in words."""
    build = torch.__config__.show()
    capability = torch.backends.cpu.get_cpu_capability()
    blas = next((word[4:] for word in build.replace(",", "").split() if word.startswith("BLAS")), "")
    has_mkl = "MKL" if torch.backends.mkl.is_available() else f"no MKL ({blas})"
    has_onednn = "oneDNN" if torch.backends.mkldnn.is_available() else "no oneDNN"
    return f"{torch.get_num_threads()} threads, {has_mkl}, {has_onednn}, {capability}"


def main():
    computes = {}
    say({"version": torch.__version__, "settings": settings()})
    for line in sys.stdin:
        message = json.loads(line)
        if message["command"] == "prepare":
            computes[message["dtype"]] = prepare(message)
            say({})
        else:
            say(run(computes[message["dtype"]], message["count"]))


def say(answer):
    print(json.dumps(answer), flush=True)


main()

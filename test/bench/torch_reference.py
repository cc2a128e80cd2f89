"""The benchmark's computations in PyTorch, for comparison.

Reads one JSON command a line and answers with one JSON line:
  {"command": "prepare", "case": ..., "options": ..., "feeds": ..., "tensors": [...], "outputs": ...}
      loads the tensors, computes once and writes the result
  {"command": "run", "count": n}   computes n times and gives the milliseconds of each
"""

import json
import sys
import time

import torch
from torch_layers import Scope, update_pair

torch.set_num_threads(int(sys.argv[1]))


def pair_block(tensors, options):
    return update_pair(Scope(tensors), tensors["pair"], tensors["mask"], options["headChannels"])


def forward(compute):
    def run(tensors, options):
        with torch.no_grad():
            return [compute(tensors, options)]

    return run


def forward_backward(tensors, options):
    by = [tensors[name].requires_grad_() for name in options["by"]]
    loss = (pair_block(tensors, options) * tensors["target"]).sum()
    return list(torch.autograd.grad(loss, by))


CASES = {
    "matmul": forward(lambda tensors, _: torch.matmul(tensors["a"], tensors["b"])),
    "pair_block": forward(pair_block),
    "pair_block_gradients": forward_backward,
}


def load(path, entries):
    data = torch.from_file(path, size=sum(entry["size"] for entry in entries), dtype=torch.float32)
    pieces = data.split([entry["size"] for entry in entries])
    return {e["name"]: piece.clone().view(e["shape"]) for e, piece in zip(entries, pieces)}


def save(path, tensors):
    flat = torch.cat([tensor.detach().reshape(-1) for tensor in tensors])
    torch.from_file(path, shared=True, size=flat.numel(), dtype=torch.float32).copy_(flat)


def main():
    compute = None
    say({"version": torch.__version__, "threads": torch.get_num_threads()})
    for line in sys.stdin:
        message = json.loads(line)
        if message["command"] == "prepare":
            tensors, options = load(message["feeds"], message["tensors"]), message["options"]
            case = CASES[message["case"]]
            compute = lambda: case(tensors, options)  # noqa: E731
            save(message["outputs"], compute())
            say({})
        else:
            times = []
            for _ in range(message["count"]):
                start = time.perf_counter()
                compute()
                times.append(1000 * (time.perf_counter() - start))
            say({"milliseconds": times})


def say(answer):
    print(json.dumps(answer), flush=True)


main()

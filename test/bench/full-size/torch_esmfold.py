"""Language model and one pass of ESMFold's trunk in PyTorch, for comparison.

Reads one JSON command a line and answers with one JSON line:
  {"command": "prepare", "checkpoint": ..., "tokens": [...], "aatype": [...], "outputs": ...}
      loads a safetensors file as float32, computes once and writes single and pair representation
  {"command": "run", "count": n}   computes n times and gives the milliseconds of each
"""

import json
import os
import sys
import time

import numpy
import torch
import torch.nn.functional as F

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
from torch_language_model import language_model_layer  # noqa: E402
from torch_layers import Scope, add, multiply, sigmoid, transition, update_pair  # noqa: E402

torch.set_num_threads(int(sys.argv[1]))

DTYPES = {"F32": numpy.float32, "F16": numpy.float16, "I8": numpy.int8}
HEAD_CHANNELS = 32


def read_safetensors(path):
    """All tensors as float32; int8 matrices times the scales of their rows."""
    with open(path, "rb") as file:
        size = int.from_bytes(file.read(8), "little")
        header = json.loads(file.read(size))
    data = numpy.memmap(path, mode="r", offset=8 + size)

    def read(name):
        entry = header[name]
        start, end = entry["data_offsets"]
        array = data[start:end].view(DTYPES[entry["dtype"]]).reshape(entry["shape"])
        return torch.from_numpy(array.astype(numpy.float32))

    def scaled(name):
        scale = f"{name}.scale"
        return read(name) * read(scale)[:, None] if scale in header else read(name)

    return {name: scaled(name) for name in header if name != "__metadata__"}


def mixed_states(scope, tokens, num_layers, num_heads):
    """Hidden states of the residues, mixed; no token is masked or padding."""
    weights = scope.tensors["esm_s_combine"].softmax(0)
    hidden = multiply(scope.tensors["esm.embeddings.word_embeddings.weight"][tokens], 1 - 0.15 * 0.8)
    mixed = hidden * weights[0]
    for layer in range(num_layers):
        hidden = language_model_layer(scope(f"esm.encoder.layer.{layer}"), hidden, num_heads)
        if layer == num_layers - 1:
            hidden = scope("esm.encoder").layer_norm("emb_layer_norm_after", hidden)
        mixed = mixed.add_(hidden * weights[layer + 1])
    return mixed[1:-1]


def residue_attention(scope, single, bias):
    count, channels = single.shape
    heads = scope.linear("proj", single).view(count, channels // HEAD_CHANNELS, -1).transpose(0, 1)
    query, key, value = heads.chunk(3, -1)
    logits = add((query * HEAD_CHANNELS**-0.5) @ key.transpose(1, 2), bias)
    gathered = (logits.softmax(-1) @ value).transpose(0, 1).reshape(count, channels)
    return scope.linear("o_proj", multiply(sigmoid(scope.linear("g_proj", single)), gathered))


def sequence_to_pair(scope, single):
    first, second = scope.linear("proj", scope.layer_norm("layernorm", single)).chunk(2, -1)
    product = first[None] * second[:, None]
    return scope.linear("o_proj", torch.cat([product, first[None] - second[:, None]], -1))


def trunk_block(scope, single, pair, mask):
    bias = scope("pair_to_sequence").linear("linear", scope("pair_to_sequence").layer_norm("layernorm", pair))
    normalised = scope.layer_norm("layernorm_1", single)
    single = add(residue_attention(scope("seq_attention"), normalised, bias.permute(2, 0, 1)), single)
    single = add(transition(scope("mlp_seq.mlp"), single), single)
    pair = add(sequence_to_pair(scope("sequence_to_pair"), single), pair)
    return single, update_pair(scope, pair[None], mask, HEAD_CHANNELS)[0]


def start_of_pass(scope, single, bins):
    """Nothing was recycled: norms of zeros are their offsets, all distances are in the first bin."""
    trunk = scope("trunk").tensors
    single = single + trunk["trunk.recycle_s_norm.bias"]
    positions = trunk["trunk.pairwise_positional_embedding.embedding.weight"][bins]
    return single, positions + trunk["trunk.recycle_z_norm.bias"] + trunk["trunk.recycle_disto.weight"][0]


def embed(scope, mixed, aatype):
    mlp = scope("esm_s_mlp")
    hidden = F.relu(mlp.linear("1", mlp.layer_norm("0", mixed)))
    return add(mlp.linear("3", hidden), scope.tensors["embedding.weight"][aatype])


def fold(tensors, message):
    scope = Scope(tensors)
    tokens, aatype = (torch.tensor(message[name]) for name in ("tokens", "aatype"))
    positions = torch.arange(len(aatype))
    limit = message["positionBins"]
    bins = 1 + limit + (positions[None] - positions[:, None]).clamp(-limit, limit)
    mixed = mixed_states(scope, tokens, message["numLayers"], message["numHeads"])
    single, pair = start_of_pass(scope, embed(scope, mixed, aatype), bins)
    mask = torch.ones(1, len(aatype))
    for block in range(message["numBlocks"]):
        single, pair = trunk_block(scope(f"trunk.blocks.{block}"), single, pair, mask)
    return single, pair


def say(answer):
    print(json.dumps(answer), flush=True)


@torch.no_grad()
def main():
    compute = None
    say({"version": torch.__version__})
    for line in sys.stdin:
        message = json.loads(line)
        if message["command"] == "prepare":
            tensors, prepared = read_safetensors(message["checkpoint"]), message
            compute = lambda: fold(tensors, prepared)  # noqa: E731
            numpy.concatenate([x.numpy().ravel() for x in compute()]).tofile(message["outputs"])
            say({})
        else:
            times = []
            for _ in range(message["count"]):
                start = time.perf_counter()
                compute()
                times.append(1000 * (time.perf_counter() - start))
            say({"milliseconds": times})


main()

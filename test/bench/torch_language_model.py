"""A layer of ESM-2 in PyTorch, for comparison; no token is masked or padding."""

import torch
import torch.nn.functional as F
from torch_layers import add, multiply


def rotary(scope, count):
    frequencies = scope.tensors[f"{scope.prefix}rotary_embeddings.inv_freq"]
    positions = torch.arange(count, dtype=torch.float32)
    angles = torch.outer(positions, frequencies.float()).repeat(1, 2)
    return angles.cos().to(frequencies.dtype), angles.sin().to(frequencies.dtype)


def rotate(x, cos, sin):
    first, second = x.chunk(2, -1)
    return add(x * cos, multiply(torch.cat([-second, first], -1), sin))


def language_model_layer(scope, hidden, num_heads):
    attention, self_attention = scope("attention"), scope("attention.self")
    count, channels = hidden.shape
    normalised = attention.layer_norm("LayerNorm", hidden)

    def heads(name):
        return self_attention.linear(name, normalised).view(count, num_heads, -1).transpose(0, 1)

    cos, sin = rotary(self_attention, count)
    query, key = (rotate(heads(name), cos, sin) for name in ("query", "key"))
    logits = multiply(query, query.shape[-1] ** -0.5) @ key.transpose(1, 2)
    gathered = (logits.softmax(-1) @ heads("value")).transpose(0, 1).reshape(count, channels)
    hidden = add(attention.linear("output.dense", gathered), hidden)
    wide = F.gelu(scope.linear("intermediate.dense", scope.layer_norm("LayerNorm", hidden)))
    return add(scope.linear("output.dense", wide), hidden)

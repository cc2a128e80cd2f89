"""A block of ESMFold's folding trunk in PyTorch, for comparison."""

import torch
from torch_layers import add, mask_bias, multiply, sigmoid, transition, update_pair


def sequence_attention(scope, single, bias, mask, head_channels):
    batch, n, channels = single.shape
    heads = scope.linear("proj", single).view(batch, n, -1, 3 * head_channels).transpose(1, 2)
    query, key, value = heads.chunk(3, -1)
    logits = torch.matmul(query * head_channels**-0.5, key.transpose(2, 3))
    logits = add(add(logits, bias), mask_bias(mask))
    gathered = torch.matmul(torch.softmax(logits, -1), value).transpose(1, 2).reshape(batch, n, channels)
    return scope.linear("o_proj", multiply(sigmoid(scope.linear("g_proj", single)), gathered))


def sequence_to_pair(scope, single):
    left, right = scope.linear("proj", scope.layer_norm("layernorm", single)).chunk(2, -1)
    products = left[:, None] * right[:, :, None]
    differences = left[:, None] - right[:, :, None]
    return scope.linear("o_proj", torch.cat([products, differences], -1))


def trunk_block(scope, single, pair, mask, head_channels, pair_head_channels):
    to_sequence = scope("pair_to_sequence")
    bias = to_sequence.linear("linear", to_sequence.layer_norm("layernorm", pair)).permute(0, 3, 1, 2)
    normalised = scope.layer_norm("layernorm_1", single)
    single = single + sequence_attention(scope("seq_attention"), normalised, bias, mask, head_channels)
    single = add(single, transition(scope("mlp_seq.mlp"), single))
    pair = pair + sequence_to_pair(scope("sequence_to_pair"), single)
    return single, update_pair(scope, pair, mask, pair_head_channels)

"""Blocks of AlphaFold 2 over an alignment in PyTorch, for comparison. Sizes come from the weights."""

import torch
from torch_layers import add, mask_bias, multiply, pair_bias, row_attention, sigmoid, transition, update_triangles

OPENFOLD_TRANSITION = ("layer_norm", "linear_1", "linear_2")


def column_attention(scope, msa, mask, head_channels):
    columns = scope.layer_norm("layer_norm_m", msa.transpose(1, 2))
    return row_attention(scope("mha"), columns, None, mask.transpose(1, 2), head_channels).transpose(1, 2)


def global_column_attention(scope, msa, mask, head_channels):
    columns, mask = scope.layer_norm("layer_norm_m", msa.transpose(1, 2)), mask.transpose(1, 2)
    attention = scope("global_attention")
    mean = (mask[:, :, None] @ columns) / (mask.sum(-1)[..., None, None] + 1e-8)
    query = multiply(attention.linear("linear_q", mean), head_channels**-0.5)
    query = query.view(*mean.shape[:2], -1, head_channels)  # [B, N, H, D]
    logits = query @ attention.linear("linear_k", columns).transpose(2, 3)
    weights = torch.softmax(add(logits, mask_bias(mask)[..., 0, :]), -1)
    gathered = (weights @ attention.linear("linear_v", columns)).flatten(2)[:, :, None]
    gated = multiply(sigmoid(attention.linear("linear_g", columns)), gathered)
    return attention.linear("linear_o", gated).transpose(1, 2)


def outer_product_mean(scope, msa, mask):
    normalised = scope.layer_norm("layer_norm", msa)
    left, right = (multiply(scope.linear(name, normalised), mask[..., None])[0] for name in ("linear_1", "linear_2"))
    rows, n, channels = left.shape
    products = left.reshape(rows, -1).t() @ right.reshape(rows, -1)
    joined = products.view(n, channels, n, channels).transpose(1, 2).reshape(1, n, n, channels**2)
    num_rows = mask.transpose(1, 2) @ mask
    return scope.linear("linear_out", joined) / (num_rows[..., None] + 1e-3)


def evoformer_block(scope, msa, pair, mask, global_columns, msa_head_channels, pair_head_channels):
    row = scope("msa_att_row")
    bias = pair_bias(row, "linear_z", row.layer_norm("layer_norm_z", pair))
    rows = row.layer_norm("layer_norm_m", msa)
    msa = msa + row_attention(row("mha"), rows, bias, mask, msa_head_channels)
    if global_columns:
        msa = add(msa, global_column_attention(scope("msa_att_col"), msa, mask, msa_head_channels))
    else:
        msa = add(msa, column_attention(scope("msa_att_col._msa_att"), msa, mask, msa_head_channels))
    msa = add(msa, transition(scope("msa_transition"), msa, *OPENFOLD_TRANSITION))
    pair = pair + outer_product_mean(scope("outer_product_mean"), msa, mask)
    pair = update_triangles(scope("pair_stack"), pair, None, pair_head_channels)
    return msa, add(pair, transition(scope("pair_stack.pair_transition"), pair, *OPENFOLD_TRANSITION))

"""Layers of the trunk in PyTorch, for comparison."""

import torch
import torch.nn.functional as F


def multiply(a, b):
    """a * b; in inference the memory of `a`, which nobody else uses, is used again."""
    return a * b if torch.is_grad_enabled() else a.mul_(b)


def add(a, b):
    return a + b if torch.is_grad_enabled() else a.add_(b)


def sigmoid(x):
    return torch.sigmoid(x) if torch.is_grad_enabled() else x.sigmoid_()


class Scope:
    """Weights below a prefix."""

    def __init__(self, tensors, prefix=""):
        self.tensors, self.prefix = tensors, prefix

    def __call__(self, part):
        return Scope(self.tensors, f"{self.prefix}{part}.")

    def linear(self, part, x):
        name = f"{self.prefix}{part}."
        return F.linear(x, self.tensors[name + "weight"], self.tensors.get(name + "bias"))

    def channels_first(self, part, x):
        """The linear layer with its result as [C, N * N], ready to be multiplied over residues."""
        name = f"{self.prefix}{part}."
        rows = x.reshape(-1, x.shape[-1])
        return torch.addmm(self.tensors[name + "bias"][:, None], self.tensors[name + "weight"], rows.t())

    def layer_norm(self, part, x):
        name = f"{self.prefix}{part}."
        return F.layer_norm(x, x.shape[-1:], self.tensors[name + "weight"], self.tensors[name + "bias"])


def triangle_multiplication(scope, pair, pair_mask, outgoing):
    _, n, _, channels = pair.shape
    normalised = scope.layer_norm("layer_norm_in", pair)
    mask = pair_mask.reshape(1, n * n)

    def gated_edges(name):
        gate = multiply(sigmoid(scope.channels_first(f"{name}_g", normalised)), mask)
        return multiply(gate, scope.channels_first(f"{name}_p", normalised)).view(channels, n, n)

    a, b = gated_edges("linear_a"), gated_edges("linear_b")
    product = torch.bmm(a, b.transpose(1, 2)) if outgoing else torch.bmm(a.transpose(1, 2), b)
    update = scope.layer_norm("layer_norm_out", product.permute(1, 2, 0).unsqueeze(0).contiguous())
    return multiply(scope.linear("linear_z", update), sigmoid(scope.linear("linear_g", normalised)))


def triangle_attention(scope, pair, pair_mask, starting, head_channels):
    if not starting:
        pair, pair_mask = pair.transpose(1, 2), pair_mask.transpose(1, 2)
    batch, rows, columns, channels = pair.shape
    normalised = scope.layer_norm("layer_norm", pair)
    bias = scope.linear("linear", normalised).permute(0, 3, 1, 2).unsqueeze(1)  # [B, 1, H, N, N]
    mask_bias = ((pair_mask - 1) * 1e9)[:, :, None, None, :]
    mha = scope("mha")

    def heads(name):
        return mha.linear(name, normalised).view(batch, rows, columns, -1, head_channels).transpose(2, 3)

    query = multiply(heads("linear_q"), head_channels**-0.5)
    logits = add(add(torch.matmul(query, heads("linear_k").transpose(3, 4)), bias), mask_bias)
    weights = torch.softmax(logits, -1)
    gathered = torch.matmul(weights, heads("linear_v")).transpose(2, 3).reshape(pair.shape)
    gate = sigmoid(mha.linear("linear_g", normalised))
    update = mha.linear("linear_o", multiply(gate, gathered))
    return update if starting else update.transpose(1, 2)


def transition(scope, pair):
    wide = scope.linear("1", scope.layer_norm("0", pair))
    wide = F.relu(wide, inplace=not torch.is_grad_enabled())
    return scope.linear("3", wide)


def update_pair(scope, pair, mask, head_channels):
    """What AlphaFold2 does to the pair representation in a block."""
    pair_mask = mask[:, :, None] * mask[:, None, :]
    pair = pair + triangle_multiplication(scope("tri_mul_out"), pair, pair_mask, True)
    pair = add(pair, triangle_multiplication(scope("tri_mul_in"), pair, pair_mask, False))
    pair = add(pair, triangle_attention(scope("tri_att_start"), pair, pair_mask, True, head_channels))
    pair = add(pair, triangle_attention(scope("tri_att_end"), pair, pair_mask, False, head_channels))
    return add(pair, transition(scope("mlp_pair.mlp"), pair))

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


def mask_bias(mask):
    """[rows, columns] or more; to be added to logits [rows, heads, columns, columns]."""
    return ((mask - 1) * 1e9)[..., None, None, :]


def triangle_multiplication(scope, pair, pair_mask, outgoing):
    """Without `pair_mask`, as here and below, everything counts."""
    _, n, _, channels = pair.shape
    normalised = scope.layer_norm("layer_norm_in", pair)

    def gated_edges(name):
        gate = sigmoid(scope.channels_first(f"{name}_g", normalised))
        if pair_mask is not None:
            gate = multiply(gate, pair_mask.reshape(1, n * n))
        return multiply(gate, scope.channels_first(f"{name}_p", normalised)).view(channels, n, n)

    a, b = gated_edges("linear_a"), gated_edges("linear_b")
    product = torch.bmm(a, b.transpose(1, 2)) if outgoing else torch.bmm(a.transpose(1, 2), b)
    update = scope.layer_norm("layer_norm_out", product.permute(1, 2, 0).unsqueeze(0).contiguous())
    return multiply(scope.linear("linear_z", update), sigmoid(scope.linear("linear_g", normalised)))


def row_attention(scope, normalised, bias, mask, head_channels):
    """Gated attention within the rows of [B, I, N, C]; bias [B, 1, H, N, N], mask [B, I, N]."""
    batch, rows, columns, _ = normalised.shape

    def heads(name):
        return scope.linear(name, normalised).view(batch, rows, columns, -1, head_channels).transpose(2, 3)

    logits = torch.matmul(multiply(heads("linear_q"), head_channels**-0.5), heads("linear_k").transpose(3, 4))
    logits = logits if bias is None else add(logits, bias)
    logits = logits if mask is None else add(logits, mask_bias(mask))
    gathered = torch.matmul(torch.softmax(logits, -1), heads("linear_v")).transpose(2, 3)
    gate = sigmoid(scope.linear("linear_g", normalised))
    return scope.linear("linear_o", multiply(gate, gathered.reshape(gate.shape)))


def pair_bias(scope, name, pair):
    """[B, 1, H, N, N]"""
    return scope.linear(name, pair).permute(0, 3, 1, 2).unsqueeze(1)


def triangle_attention(scope, pair, pair_mask, starting, head_channels):
    if not starting:
        pair, pair_mask = pair.transpose(1, 2), None if pair_mask is None else pair_mask.transpose(1, 2)
    normalised = scope.layer_norm("layer_norm", pair)
    bias = pair_bias(scope, "linear", normalised)
    update = row_attention(scope("mha"), normalised, bias, pair_mask, head_channels)
    return update if starting else update.transpose(1, 2)


def transition(scope, x, norm="0", widen="1", narrow="3"):
    wide = scope.linear(widen, scope.layer_norm(norm, x))
    wide = F.relu(wide, inplace=not torch.is_grad_enabled())
    return scope.linear(narrow, wide)


def update_triangles(scope, pair, pair_mask, head_channels):
    pair = pair + triangle_multiplication(scope("tri_mul_out"), pair, pair_mask, True)
    pair = add(pair, triangle_multiplication(scope("tri_mul_in"), pair, pair_mask, False))
    pair = add(pair, triangle_attention(scope("tri_att_start"), pair, pair_mask, True, head_channels))
    return add(pair, triangle_attention(scope("tri_att_end"), pair, pair_mask, False, head_channels))


def update_pair(scope, pair, mask, head_channels):
    """What ESMFold does to the pair representation in a block."""
    pair = update_triangles(scope, pair, mask[:, :, None] * mask[:, None, :], head_channels)
    return add(pair, transition(scope("mlp_pair.mlp"), pair))

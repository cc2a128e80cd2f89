"""AlphaFold 2's structure module in PyTorch up to its frames, for comparison; no residue is masked."""

import math

import torch
import torch.nn.functional as F
from torch_layers import add


def rotation_matrices(quaternion):
    a, b, c, d = F.normalize(quaternion, dim=-1).unbind(-1)
    rows = [
        [a * a + b * b - c * c - d * d, 2 * (b * c - a * d), 2 * (b * d + a * c)],
        [2 * (b * c + a * d), a * a - b * b + c * c - d * d, 2 * (c * d - a * b)],
        [2 * (b * d - a * c), 2 * (c * d + a * b), a * a - b * b - c * c + d * d],
    ]
    return torch.stack([torch.stack(row, -1) for row in rows], -2)


def turned(quaternion, vector):
    """quaternion * (1, vector), not normalised yet."""
    (a, b, c, d), (x, y, z) = quaternion.unbind(-1), vector.unbind(-1)
    product = [-b * x - c * y - d * z, a * x + c * z - d * y, a * y + d * x - b * z, a * z + b * y - c * x]
    return quaternion + torch.stack(product, -1)


def invariant_point_attention(scope, single, pair, rotation, translation, sizes):
    n, heads, channels = single.shape[0], sizes["numHeads"], sizes["attentionChannels"]
    num_query, num_value = sizes["numQueryPoints"], sizes["numValuePoints"]

    def points(name, count):
        local = scope.linear(name, single).view(n, 3, heads * count).transpose(1, 2)
        moved = local @ rotation.transpose(1, 2) + translation[:, None]
        return moved.view(n, heads, count, 3).transpose(0, 1)  # [H, N, P, 3]

    query = scope.linear("linear_q", single).view(n, heads, channels).transpose(0, 1)
    key, value = scope.linear("linear_kv", single).view(n, heads, 2 * channels).transpose(0, 1).chunk(2, -1)
    query_points = points("linear_q_points", num_query)
    key_points, value_points = points("linear_kv_points", num_query + num_value).split([num_query, num_value], 2)
    weight = F.softplus(scope.tensors[scope.prefix + "head_weights"])[:, None, None]
    weight = weight * math.sqrt(1 / (3 * num_query * 4.5))
    distances = torch.cdist(query_points.flatten(2).float(), key_points.flatten(2).float()).to(single.dtype)
    logits = (query * math.sqrt(1 / (3 * channels))) @ key.transpose(1, 2)
    logits = logits - 0.5 * weight * distances**2
    logits = add(logits, math.sqrt(1 / 3) * scope.linear("linear_b", pair).permute(2, 0, 1))
    weights = torch.softmax(logits, -1)  # [H, N, N]
    values = (weights @ value).transpose(0, 1).flatten(1)
    gathered = (weights @ value_points.flatten(2)).view(heads, n, num_value, 3).transpose(0, 1).reshape(n, -1, 3)
    local = (gathered - translation[:, None]) @ rotation
    lengths = (local.square().sum(-1) + 1e-8).sqrt()
    from_pairs = (weights.transpose(0, 1) @ pair).flatten(1)
    joined = torch.cat([values, local.transpose(1, 2).flatten(1), lengths, from_pairs], -1)
    return scope.linear("linear_out", joined)


def transition(scope, state):
    hidden = F.relu(scope.linear("linear_1", state))
    return add(scope.linear("linear_3", F.relu(scope.linear("linear_2", hidden))), state)


def structure_module(scope, single, pair, sizes):
    """State, quaternions and translations (Å) after the last iteration."""
    pair = scope.layer_norm("layer_norm_z", pair)
    state = scope.linear("linear_in", scope.layer_norm("layer_norm_s", single))
    quaternion = torch.tensor([1.0, 0, 0, 0], dtype=single.dtype).repeat(len(single), 1)
    translation = torch.zeros(len(single), 3, dtype=single.dtype)
    for _ in range(sizes["numIterations"]):
        rotation = rotation_matrices(quaternion)
        update = invariant_point_attention(scope("ipa"), state, pair, rotation, translation, sizes)
        state = scope.layer_norm("layer_norm_ipa", state + update)
        for layer in range(sizes["numTransitionLayers"]):
            state = transition(scope(f"transition.layers.{layer}"), state)
        state = scope("transition").layer_norm("layer_norm", state)
        turn, step = scope("bb_update").linear("linear", state).chunk(2, -1)
        translation = translation + (rotation @ step[..., None])[..., 0]
        quaternion = F.normalize(turned(quaternion, turn), dim=-1)
    return state, quaternion, translation * sizes["lengthScale"]

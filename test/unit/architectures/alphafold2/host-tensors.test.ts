import { describe, expect, it } from 'vitest';
import {
  entries,
  joinEntries,
  withBatch,
  withoutBatch,
  zeros,
} from '#architectures/alphafold2/host-tensors';
import { usedTemplates } from '#architectures/alphafold2/templates/used-templates';
import type { TemplateFeatures } from '#architectures/alphafold2/features/network-input';
import type { HostTensor } from '#tensor/tensor';

const count = (shape: readonly number[], from = 0): HostTensor => ({
  shape,
  data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => from + i),
});

describe('tensors on this side of the engine', () => {
  it('gain and lose a batch of one without copying', () => {
    const tensor = count([3, 2]);
    expect(withBatch(tensor).shape).toEqual([1, 3, 2]);
    expect(withoutBatch(withBatch(tensor))).toEqual(tensor);
    expect(withBatch(tensor).data).toBe(tensor.data);
    expect(zeros([3, 5])).toEqual({ shape: [3, 5], data: new Float32Array(15) });
  });

  it('are cut along their first axis', () => {
    const part = entries(count([5, 3, 2]), 1, 4);
    expect(part.shape).toEqual([3, 3, 2]);
    expect(Array.from(part.data)).toEqual(Array.from({ length: 18 }, (_, i) => 6 + i));
    expect(entries(count([4]), 1, 3)).toEqual({ shape: [2], data: Float32Array.of(1, 2) });
  });

  it('are joined along their first axis, whatever the length of each', () => {
    const joined = joinEntries([count([1, 3]), count([2, 3], 3), count([3, 3], 9)]);
    expect(joined).toEqual(count([6, 3]));
    const whole = { shape: [2, 2], data: Int32Array.of(1, 2, 3, 4) };
    const twice = joinEntries([whole, { shape: [1, 2], data: Int32Array.of(5, 6) }]);
    expect(twice).toEqual({ shape: [3, 2], data: Int32Array.of(1, 2, 3, 4, 5, 6) });
    expect(joinEntries([whole])).toBe(whole);
  });
});

describe('templates that count', () => {
  const templates = (mask: readonly number[]) =>
    ({
      mask: { shape: [mask.length], data: Float32Array.from(mask) },
      pseudoBeta: count([mask.length, 2, 3]),
    }) as unknown as TemplateFeatures;

  it('are those that are not masked, in their order', () => {
    const used = usedTemplates(templates([0, 1, 0, 1]))!;
    expect(used.mask).toEqual({ shape: [2], data: Float32Array.of(1, 1) });
    expect(used.pseudoBeta.shape).toEqual([2, 2, 3]);
    expect(Array.from(used.pseudoBeta.data)).toEqual([6, 7, 8, 9, 10, 11, 18, 19, 20, 21, 22, 23]);
  });

  it('are all, or none', () => {
    const all = templates([1, 1]);
    expect(usedTemplates(all)).toBe(all);
    expect(usedTemplates(templates([0, 0]))).toBeUndefined();
  });
});

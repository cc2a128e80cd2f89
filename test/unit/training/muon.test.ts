import { describe, expect, it } from 'vitest';
import { nodeEngine } from '#tensor/engine/onnxruntime-node';
import { graphOf } from '#tensor/graph';
import { input } from '#tensor/ops';
import { startTraining } from '#training/optimise/adam';
import { muonDirection, muonStep, orthogonalised } from '#training/optimise/muon';

const engine = nodeEngine(1);

/** Rows of each of the matrices after they are made orthogonal. */
async function orthogonalRows(shape: [number, number, number], values: number[]) {
  const executable = await engine.compile(graphOf({ y: orthogonalised(input('x', shape)) }));
  const { y } = await executable.run({ x: { shape, data: Float32Array.from(values) } });
  await executable.dispose();
  const [count, rows, columns] = shape;
  const row = (k: number) => [...y.data.subarray(k * columns, (k + 1) * columns)];
  return Array.from({ length: count }, (_, matrix) =>
    Array.from({ length: rows }, (_, i) => row(matrix * rows + i)),
  );
}

const dot = (a: readonly number[], b: readonly number[]) =>
  a.reduce((total, value, i) => total + value * b[i]!, 0);

/** `p(p(...))` of five steps, by hand. */
function drawnToOne(singularValue: number): number {
  let x = singularValue;
  for (let i = 0; i < 5; i++) x = 3.4445 * x - 4.775 * x ** 3 + 2.0315 * x ** 5;
  return x;
}

describe('orthogonalised', () => {
  it('draws singular values to one and keeps their vectors', async () => {
    // U diag(3, 0.4) Vᵀ, turned by 30° and 70°.
    const [c, s, d, t] = [Math.cos(0.5236), Math.sin(0.5236), Math.cos(1.2217), Math.sin(1.2217)];
    const product = (a: number, b: number) => [
      c * a * d + s * b * t, c * a * t - s * b * d, s * a * d - c * b * t, s * a * t + c * b * d,
    ]; // prettier-ignore
    const norm = Math.hypot(3, 0.4);
    const [rows] = await orthogonalRows([1, 2, 2], product(3, 0.4));
    const expected = product(drawnToOne(3 / norm), drawnToOne(0.4 / norm));
    expect(Float32Array.from(rows!.flat())).toBeCloseToTensor(Float32Array.from(expected), {
      atol: 1e-4,
    });
  });

  it.each([
    ['wide', 3, 7],
    ['tall', 7, 3],
  ])('keeps lengths by %s matrices on their short side, each by itself', async (_, m, n) => {
    const values = Array.from({ length: 2 * m * n }, (_, i) => Math.sin(i * i + 1) * (i < m * n ? 1 : 1e-3)); // prettier-ignore
    for (const rows of await orthogonalRows([2, m, n], values)) {
      const vectors = m < n ? rows : rows[0]!.map((_, j) => rows.map((row) => row[j]!));
      // As long as all singular values lie between 0.67 and 1.21, so do the lengths of mixtures.
      for (let angle = 0; angle < 3; angle += 0.1) {
        const mixture = [Math.cos(angle), Math.sin(angle) * 0.6, Math.sin(angle) * 0.8];
        const image = vectors[0]!.map((_, k) => dot(mixture, vectors.map((vector) => vector[k]!))); // prettier-ignore
        expect(Math.sqrt(dot(image, image))).toBeGreaterThan(0.67);
        expect(Math.sqrt(dot(image, image))).toBeLessThan(1.21);
      }
    }
  });

  it('leaves a matrix of zeros as it is', async () => {
    expect(await orthogonalRows([1, 2, 3], [0, 0, 0, 0, 0, 0])).toEqual([[[0, 0, 0], [0, 0, 0]]]); // prettier-ignore
  });
});

describe('muonDirection', () => {
  it('looks one step ahead along the running mean of the clipped gradient', () => {
    const parameter = startTraining(Float32Array.of(0));
    expect(muonDirection(parameter, Float32Array.of(8), 0.5)[0]).toBeCloseTo(0.95 * 0.2 + 0.2, 6);
    expect(parameter.firstMoment[0]).toBeCloseTo(0.2, 6);
    expect(muonDirection(parameter, Float32Array.of(0), 1)[0]).toBeCloseTo(0.95 * 0.95 * 0.2, 6);
  });
});

describe('muonStep', () => {
  it('moves by three learning rates on average, whatever the shape', () => {
    for (const [m, n] of [
      [2, 8],
      [8, 2],
    ]) {
      const parameter = startTraining(new Float32Array(16).fill(1));
      // Two orthonormal vectors of eight.
      const direction = new Float32Array(16).fill(1 / Math.sqrt(8));
      const options = { learningRate: 0.01, weightDecay: 0.5, emaDecay: 0.5 };
      parameter.updates = 100;
      muonStep(parameter, [m!, n!], direction, options);
      expect(parameter.values[0]).toBeCloseTo(1 - 0.01 * 0.5 - 3 * 0.01, 6);
      expect(parameter.ema[0]).toBeCloseTo((1 + parameter.values[0]!) / 2, 6);
    }
  });
});

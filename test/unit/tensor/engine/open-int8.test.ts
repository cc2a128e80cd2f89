import { expect, it } from 'vitest';
import { describeEngine } from '#tensor/engine/describe-engine';
import { openEngine } from '#tensor/engine/open-engine';

it('opens the CPU for int8, whatever else there is, and says so', async () => {
  const { facts } = await openEngine({ precision: 'int8', numThreads: 2 });
  expect(describeEngine(facts)).toMatch(/^cpu, onnxruntime [\d.]+, 2 threads, int8$/);
});

it.each(['cuda', 'webgpu', 'tensorflow'] as const)(
  'refuses int8 on %s, which would compute in float32',
  async (device) => {
    await expect(openEngine({ device, precision: 'int8' })).rejects.toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
      message: `${device} computes in float32: only the CPU has kernels for --precision int8`,
      hint: 'use --precision float32, or --device cpu',
    });
  },
);

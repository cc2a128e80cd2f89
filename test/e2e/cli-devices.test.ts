import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Confidence } from '#predict/files/confidence';
import { GRAPHICS_CARD, hasGraphicsCard } from '../helpers/graphics-card.js';
import { runCli, TINY_MODEL } from './run-cli.js';

const SEQUENCE = 'MKTAYIAKQRQISFVKSH';

let folder: string;
let out: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'codonfold-devices-'));
  out = join(folder, 'out');
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('a device that is not here', () => {
  const tiny = ['--model', TINY_MODEL];
  const served = { environment: { DEVICE: 'tensorflow', DATA_DIR: join(tmpdir(), 'never-made') } };
  const MISSING = [
    ['predict on CUDA', () => ['predict', SEQUENCE, '--device', 'cuda', ...tiny, '-o', out]],
    [
      'predict on TensorFlow',
      () => ['predict', SEQUENCE, '--device', 'tensorflow', ...tiny, '-o', out],
    ],
    ['mutate', () => ['mutate', SEQUENCE, '--device', 'cuda', ...tiny, '-o', out]],
    ['embed', () => ['embed', SEQUENCE, '--device', 'cuda', ...tiny, '-o', `${out}.json`]],
    ['check', () => ['check', 'equivariance', '--device', 'cuda']],
    ['serve, which DEVICE tells', () => ['serve', ...tiny]],
  ] as const;

  it.each(MISSING)('%s fails with what to install, and writes nothing', async (_, words) => {
    const { code, out: printed, err } = await runCli(words(), served);
    expect(err).toMatch(/^error: (onnxruntime was installed without CUDA|TensorFlow cannot be)/);
    expect(err).toMatch(/\nhint: .*npm install .*--device cpu\n$/);
    expect({ code, printed }).toEqual({ code: 1, printed: '' });
    expect([out, `${out}.json`, served.environment.DATA_DIR].filter(existsSync)).toEqual([]);
  });

  it('is not asked for under a name that there is not', async () => {
    const { code, err } = await runCli(['predict', SEQUENCE, '--device', 'gpu', ...tiny]);
    expect(code).toBe(2);
    expect(err).toMatch(/--device .*Allowed choices are auto, cpu, cuda, webgpu, tensorflow/);
  });
});

it('lists the devices that are here, those that are missing, and what to install', async () => {
  const { code, out: printed } = await runCli(['devices', '--threads', '1']);
  expect(printed).toMatch(/^cpu +yes +onnxruntime [\d.]+ on cpu +\d+\.\d\d$/m);
  expect(printed).toMatch(/^cuda +no$/m);
  expect(printed).toMatch(/^cuda: onnxruntime was installed without CUDA\n .*npm install/m);
  expect(printed).toMatch(/^tensorflow +no$/m);
  expect(code).toBe(0);
});

describe.runIf(hasGraphicsCard())('a graphics card', { timeout: 300_000 }, () => {
  const plddtOf = (name: string) => {
    const text = readFileSync(join(folder, name, 'sequence-1.confidence.json'), 'utf8');
    return (JSON.parse(text) as Confidence).chains[0]!.plddt;
  };

  it('predicts what the CPU predicts, and is named', async () => {
    const words = ['predict', SEQUENCE, '--model', TINY_MODEL, '--num-recycles', '0'];
    const options = { environment: GRAPHICS_CARD };
    const onCard = await runCli(
      [...words, '--device', 'webgpu', '-o', join(folder, 'gpu')],
      options,
    );
    expect(onCard.err).toMatch(/^computing on webgpu, onnxruntime [\d.]+/m);
    expect(onCard.code).toBe(0);
    await runCli([...words, '--device', 'cpu', '-o', join(folder, 'cpu')]);
    const expected = plddtOf('cpu');
    expect(expected).toHaveLength(SEQUENCE.length);
    expect(plddtOf('gpu')).toBeCloseToTensor(expected, { atol: 0.02, rtol: 0 });
  });
});

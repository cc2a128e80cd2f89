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
    ['models check', () => ['models', 'check', 'codonfold-small', '--device', 'cuda']],
    [
      'evaluate',
      () => ['evaluate', '--data', out, '--device', 'cuda', '--json', join(out, 'all.json')],
    ],
    ['train', () => ['train', '--data', out, '--device', 'cuda', '-o', out]],
    ['mcp', () => ['mcp', '--device', 'cuda', ...tiny, '-o', out]],
    ['serve, which DEVICE tells', () => ['serve', ...tiny]],
    ['worker', () => ['worker', '--device', 'cuda', ...tiny]],
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

describe('--precision int8', () => {
  const words = ['predict', SEQUENCE, '--threads', '1'];
  const into = (name: string) => ['-o', join(folder, name)];

  it('is named by every file of the result, which one in float32 does not replace', async () => {
    const first = await runCli([...words, '--precision', 'int8', ...into('int8')]);
    expect(first.err).toMatch(/^computing on cpu, onnxruntime [\d.]+, 1 thread, int8$/m);
    expect(first.code).toBe(0);
    const read = (name: string) => readFileSync(join(folder, 'int8', name), 'utf8');
    const { engine } = JSON.parse(read('sequence-1.confidence.json')) as Confidence;
    expect(engine).toMatchObject({ device: 'cpu', precision: 'int8' });
    expect(read('sequence-1.cif')).toContain('neural network inference on cpu, 1 thread, int8');
    const again = await runCli([...words, '--precision', 'int8', ...into('int8')]);
    expect(again.out).toContain('done before, skipped');
    const other = await runCli([...words, ...into('int8')]);
    expect(other.err).toContain('a result computed with --precision int8');
    expect(other.code).toBe(1);
  });

  it('is refused by a device that computes in float32, and nothing is written', async () => {
    const asked = ['--precision', 'int8', '--device', 'webgpu'];
    const { code, err } = await runCli([...words, ...asked, ...into('never')]);
    expect(err).toBe(
      'error: webgpu computes in float32: only the CPU has kernels for --precision int8\n' +
        'hint: use --precision float32, or --device cpu\n',
    );
    expect(code).toBe(1);
    expect(existsSync(join(folder, 'never'))).toBe(false);
  });

  it('is named by embeddings and scores', async () => {
    const precise = [SEQUENCE, '--precision', 'int8', '--threads', '1', '-o'];
    const embeddings = join(folder, 'embeddings.json');
    await runCli(['embed', ...precise, embeddings, '--what', 'mean']);
    expect(JSON.parse(readFileSync(embeddings, 'utf8'))).toMatchObject({ precision: 'int8' });
    const scores = join(folder, 'scores');
    await runCli(['mutate', ...precise, scores, '--method', 'wildtype-marginals']);
    const description = readFileSync(join(scores, 'sequence-1.mutations.json'), 'utf8');
    expect(JSON.parse(description)).toMatchObject({ precision: 'int8' });
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

/** @file Weights in less precision: every matrix rounded, as in a converted file, and how far results then are from the original's. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadModel } from '#predict/node/load-model';
import { localPredictor } from '#predict/predictor';
import { nodeEngine } from '#tensor/engine/onnxruntime-node';
import { quantise, scaleName } from '#weights/int8';
import { convertCheckpoint, type MatrixPrecision } from '#weights/node/convert';
import { openCheckpoint } from '#weights/node/open';
import { writeSafetensors, type TensorToWrite } from '#weights/write-safetensors';
import { alphafold2File, alphafold2Tensors } from '../../helpers/alphafold2-tiny.js';

const CA_SLOT = 1;
const folder = mkdtempSync(join(tmpdir(), 'codonfold-precision-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** A tensor as a converted file holds it, whatever its size; the tiny network's are too small for `models convert`. */
function rounded(
  name: string,
  values: Float32Array,
  { shape, precision }: { readonly shape: readonly number[]; readonly precision: MatrixPrecision },
): [string, TensorToWrite][] {
  if (shape.length !== 2) return [[name, { dtype: 'F32', shape, values }]];
  if (precision === 'float16') return [[name, { dtype: 'F16', shape, values }]];
  const matrix = quantise(values, shape[0]!);
  return [
    [name, { dtype: 'I8', shape, values: matrix.values }],
    [scaleName(name), { dtype: 'F32', shape: [shape[0]!], values: matrix.scales }],
  ];
}

/** A new folder with the configuration of the tiny network. */
function newFolder(config: unknown): string {
  const out = mkdtempSync(join(folder, 'model-'));
  writeFileSync(join(out, 'config.json'), JSON.stringify(config));
  return out;
}

/** The tiny network with all matrices rounded. */
function writeRounded(precision: MatrixPrecision): string {
  const { config, tensors } = openCheckpoint(alphafold2File('openfold.pt'));
  const entries = [...tensors.names].flatMap((name) =>
    rounded(name, tensors.read(name), { shape: tensors.info(name).shape, precision }),
  );
  tensors.close();
  const out = newFolder(config);
  writeFileSync(join(out, 'model.safetensors'), writeSafetensors(new Map(entries)));
  return out;
}

/** The tiny network as `models convert` writes it. */
async function writeConverted(file: string, precision: MatrixPrecision): Promise<string> {
  const { config, tensors } = openCheckpoint(alphafold2File(file));
  const out = newFolder(config);
  await convertCheckpoint(tensors, join(out, 'model.safetensors'), precision);
  tensors.close();
  return out;
}

/** Root mean square of the CAs' distances from the original's, Å, and the largest difference of pLDDT. */
async function deviations(path: string, name: string, numRecycles: number) {
  const text = readFileSync(alphafold2File(`${name}.a3m`), 'utf8');
  const predictor = localPredictor(nodeEngine(1), loadModel(path));
  const got = await predictor.predict({
    name,
    chains: [{ id: 'A', sequence: text.split('\n')[1]! }],
    numRecycles,
    alignment: { text, sampling: 'first', maxClusters: 8, maxExtra: 16 },
  });
  await predictor.close();
  const { read: want } = alphafold2Tensors(name);
  const { data, shape } = want('sm.positions');
  const atom14 = data.slice(-(data.length / shape[0]!));
  let sum = 0;
  for (let residue = 0; residue < got.plddt.length; residue++)
    for (let axis = 0; axis < 3; axis++) {
      const at = 3 * (14 * residue + CA_SLOT) + axis;
      sum += (got.atom14[at]! - atom14[at]!) ** 2;
    }
  const plddt = got.plddt.map((value, i) => Math.abs(value - want('plddt').data[i]!));
  return { angstrom: Math.sqrt(sum / got.plddt.length), plddt: Math.max(...plddt) };
}
describe('weights in less precision', () => {
  // Random weights forgive less than trained ones: every number of the network counts. The README has this table.
  it.each([
    ['float16', 'single', 0, { angstrom: 0.01, plddt: 0.02 }],
    ['float16', 'extra', 1, { angstrom: 0.12, plddt: 0.7 }],
    ['int8', 'single', 0, { angstrom: 0.3, plddt: 0.9 }],
    ['int8', 'extra', 1, { angstrom: 1, plddt: 3 }],
  ] as const)('%s moves "%s" a little', async (precision, name, numRecycles, most) => {
    const { angstrom, plddt } = await deviations(writeRounded(precision), name, numRecycles);
    expect(angstrom).toBeGreaterThan(1e-3);
    expect(angstrom).toBeLessThan(most.angstrom);
    expect(plddt).toBeLessThan(most.plddt);
  });

  it.each([
    ['openfold.pt', 'float16'],
    ['openfold.pt', 'int8'],
    ['params_model_tiny_ptm.npz', 'int8'],
  ] as const)('are written from %s by `models convert`, in %s', async (file, precision) => {
    const out = await writeConverted(file, precision);
    const { tensors } = openCheckpoint(out);
    const dtypes = new Set([...tensors.names].map((name) => tensors.info(name).dtype));
    tensors.close();
    expect(dtypes).toEqual(new Set(['F32', precision === 'int8' ? 'I8' : 'F16']));
    const { angstrom, plddt } = await deviations(out, 'single', 0);
    expect(angstrom).toBeLessThan(0.3);
    expect(plddt).toBeLessThan(0.9);
  });
});

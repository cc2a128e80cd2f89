/** @file A tiny ESMFold and what the original code makes of it; see test/fixtures/esmfold-tiny/README.md. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { FoldModelConfig } from '#architectures/esmfold/config';
import { parseModelConfig } from '#architectures/esmfold/config-file';
import { StageRunner } from '#architectures/esmfold/stage-runner';
import type { Engine } from '#tensor/engine/engine';
import type { HostTensor } from '#tensor/tensor';
import { openCheckpoint } from '#weights/node/open';
import { parseFile } from '#weights/node/open-file';
import { readSafetensors } from '#weights/safetensors';

const FOLDER = new URL('../fixtures/esmfold-tiny/', import.meta.url);

/** What was folded, and how sure the original was. */
interface GoldenCase {
  readonly sequence: string;
  readonly numRecycles: number;
  readonly meanPlddt: number;
  readonly ptm: number;
}

export const GOLDEN_CASES = Object.entries(
  JSON.parse(readFileSync(new URL('cases.json', FOLDER), 'utf8')) as Record<string, GoldenCase>,
).map(([name, golden]) => ({ name, chains: golden.sequence.split(':'), ...golden }));

/** A tensor of a case, as the original wrote it. */
export function goldenTensors(name: string): (tensor: string) => HostTensor {
  const source = parseFile(fileURLToPath(new URL(`${name}.safetensors`, FOLDER)), readSafetensors);
  return (tensor) => ({ shape: source.info(tensor).shape, data: source.read(tensor) });
}

const { config, tensors } = openCheckpoint(fileURLToPath(new URL('checkpoint', FOLDER)));

export const TINY_CONFIG: FoldModelConfig = parseModelConfig(config);
export const TINY_WEIGHTS = tensors;

/** The tiny model on an engine. */
export function tinyRunner(engine: Engine, changes: Partial<FoldModelConfig['trunk']> = {}) {
  const trunk = { ...TINY_CONFIG.trunk, ...changes };
  return new StageRunner(engine, TINY_WEIGHTS, { ...TINY_CONFIG, trunk });
}

/** @file A model, a data set and a curriculum so small that training them takes seconds. */
import { readFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parsePdb } from '#bio-pdb/pdb/reader';
import type { FoldModelConfig } from '#architectures/esmfold/config';
import { chainsOfStructure, type BuiltChain } from '#training/data-build/chains-of-structure';
import { writeDataset } from '#training/data-build/write-dataset';
import { openDataset, type Dataset } from '#training/data/dataset';
import { distanceObjective } from '#training/objectives/distance-objective';
import { encoderObjective } from '#training/objectives/encoder-objective';
import { structureObjective } from '#training/objectives/structure-objective';
import type { Stage } from '#training/run/curriculum';

const FIXTURES = new URL('../../fixtures/structure/', import.meta.url);

export const temporaryFolder = (): Promise<string> =>
  mkdtemp(join(tmpdir(), 'codonfold-training-'));

/** The one chain of a fixture. */
export function builtChain(name: string): BuiltChain {
  const [chain] = chainsOfStructure(
    parsePdb(readFileSync(new URL(`${name}.pdb`, FIXTURES), 'utf8')),
    name,
  );
  if (!chain || 'reason' in chain) throw new Error(`${name} was refused`);
  return chain;
}

/** Three chains to train on, each a cluster of its own, and one for validation. */
export async function tinyDataset(): Promise<Dataset> {
  const directory = await temporaryFolder();
  await writeDataset(
    directory,
    ['2hbb-a', '5pti-a', '1brs-d', '3gv6-a'].map((name, i) => ({
      chain: builtChain(name),
      cluster: `c${i}`,
      split: name === '3gv6-a' ? 'val' : 'train',
    })),
  );
  return openDataset(directory);
}

export const TINY: FoldModelConfig = {
  languageModel: {
    numLayers: 1,
    channels: 12,
    numHeads: 3,
    transitionChannels: 14,
    layerNormEpsilon: 1e-5,
    tokenDropout: true,
  },
  trunk: {
    numBlocks: 1,
    singleChannels: 10,
    pairChannels: 6,
    singleHeadChannels: 5,
    pairHeadChannels: 3,
    positionBins: 4,
    triangleAttention: false,
    pairTransitionFactor: 2,
  },
  structureModule: {
    singleChannels: 9,
    pairChannels: 7,
    attentionChannels: 4,
    numHeads: 2,
    numQueryPoints: 2,
    numValuePoints: 3,
    resnetChannels: 8,
    numIterations: 1,
    numTransitionLayers: 1,
    numResnetBlocks: 1,
    lengthScale: 10,
    epsilon: 1e-8,
  },
  lddtChannels: 11,
  usesAttentionMaps: true,
  startsFromFoldedChain: true,
  numRecycles: 0,
};

const WEIGHTS = {
  backbone: 1,
  localDistance: 1,
  torsion: 0.5,
  confidence: 0.05,
  alignedError: 0.05,
  connection: 0.1,
};

/** The language model, then distances, then structures. */
export function tinyStages(
  encoderSteps: number,
  distanceSteps: number,
  structureSteps: number,
): Stage[] {
  const common = { warmupSteps: 2, peakLearningRate: 5e-3, evaluateEvery: 1000 };
  return [
    {
      ...common,
      name: 'encoder',
      steps: encoderSteps,
      batch: 2,
      objective: (config, data) =>
        encoderObjective(config, data, { batch: 2, crop: 19, residueWeight: 0.5 }),
    },
    {
      ...common,
      name: 'distances',
      steps: distanceSteps,
      batch: 1,
      muon: ['trunk.blocks.'],
      objective: (config, { dataset }) =>
        distanceObjective(config, dataset, { batch: 1, crop: 17 }),
    },
    {
      ...common,
      name: 'structure',
      steps: structureSteps,
      batch: 1,
      objective: (config, { dataset }) =>
        structureObjective(config, dataset, { batch: 1, crop: 17, weights: WEIGHTS }),
    },
  ];
}

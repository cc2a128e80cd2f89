import type { FoldModelConfig } from '#architectures/esmfold/config';
import { featurise } from '#architectures/esmfold/features';
import { fold, type FoldOptions } from '#architectures/esmfold/fold';
import { StageRunner } from '#architectures/esmfold/stage-runner';
import { attentionStage } from '#architectures/esmfold/stages';
import type { RunnerOptions } from '#execution/graph-runner';
import { MAX_PAE } from '#layers/heads/pae';
import { aatypeOf } from '#sequence/amino-acids';
import { ATOM14_MASK, CA_SLOT } from '#structure/residues/atoms';
import type { Engine } from '#tensor/engine/engine';
import type { HostTensor } from '#tensor/tensor';
import type { TensorSource } from '#weights/tensor-source';
import type { Prediction, PredictionRequest, Predictor } from './prediction.js';
import { predictorFacts } from './predictor-facts.js';

/** A model, opened. */
export interface LoadedModel {
  readonly name: string;
  readonly sha256: string;
  readonly config: FoldModelConfig;
  readonly weights: TensorSource;
}

/** Runs a model in this process or page, one prediction at a time. */
export function localPredictor(
  engine: Engine,
  model: LoadedModel,
  options: RunnerOptions = {},
): Predictor {
  const { config, weights } = model;
  const runner = new StageRunner(engine, weights, config, options);
  let last: Promise<unknown> = Promise.resolve();
  /** Waits for what was asked before: the graphs and buffers of one run are shared. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = last.then(work, work);
    last = result.catch(() => undefined);
    return result;
  };
  return {
    ...predictorFacts(model),
    predict: (request, options = {}) => inTurn(() => predictOne(runner, model, request, options)),
    attention: (request, { block, head }, options = {}) =>
      inTurn(async () => {
        const weightsOfHead = await attentionOf(runner, request, block, head, options);
        return { block, head, weights: weightsOfHead };
      }),
    async close() {
      await runner.close();
      weights.close();
    },
  };
}

type PredictOptions = NonNullable<Parameters<Predictor['predict']>[1]>;

async function predictOne(
  runner: StageRunner,
  model: LoadedModel,
  request: PredictionRequest,
  { signal, onProgress }: PredictOptions,
): Promise<Prediction> {
  const features = featurise(request.chains.map(({ sequence }) => sequence));
  const numRecycles = request.numRecycles ?? model.config.numRecycles;
  const at = { numPasses: numRecycles + 1, numBlocks: model.config.trunk.numBlocks };
  const rows = (tensor: HostTensor) => pickRows(tensor, features.residues);
  const options: FoldOptions = {
    numRecycles,
    signal,
    onBlock: (pass, block) => onProgress?.({ ...at, pass, block: block + 1 }),
    onPass: (pass, structure) =>
      onProgress?.({
        ...at,
        pass: pass + 1,
        block: 0,
        atom14: rows(structure['nextAtom14']!),
        plddt: caOf(rows(structure['plddt']!)),
      }),
  };
  const output = await fold(runner, features, options);
  const aatype = aatypeOf(request.chains.map(({ sequence }) => sequence).join(''));
  const plddt = caOf(rows(output.structure['plddt']!));
  return {
    name: request.name,
    model: { name: model.name, sha256: model.sha256 },
    numRecycles,
    chains: request.chains,
    aatype,
    ...numbering(request),
    atom14: rows(output.structure['nextAtom14']!),
    atom14Mask: Uint8Array.from(
      { length: 14 * aatype.length },
      (_, i) => ATOM14_MASK[14 * aatype[Math.floor(i / 14)]! + (i % 14)]!,
    ),
    plddt,
    meanPlddt: plddt.reduce((sum, value) => sum + value, 0) / plddt.length,
    ptm: output.pairHeads['ptm']!.data[0]!,
    pae: pickPairs(output.pairHeads['pae']!, features.residues),
    maxPae: MAX_PAE,
    contacts: pickPairs(output.pairHeads['contacts']!, features.residues),
    embedding: meanRow(rows(output.startSingle), aatype.length),
  };
}

async function attentionOf(
  runner: StageRunner,
  request: PredictionRequest,
  block: number,
  head: number,
  { signal }: { readonly signal?: AbortSignal },
): Promise<Float32Array> {
  const features = featurise(request.chains.map(({ sequence }) => sequence));
  let weights: Float32Array = new Float32Array();
  await fold(runner, features, {
    numRecycles: request.numRecycles,
    signal,
    async onLastPassBlock(at, inputs) {
      if (at !== block) return;
      const { attention } = await runner.run(attentionStage, `trunk.blocks.${block}.`, inputs);
      const size = features.aatype.length ** 2;
      const ofHead = attention!.data.subarray(head * size, (head + 1) * size) as Float32Array;
      const { length } = features.aatype;
      weights = pickPairs({ shape: [1, length, length], data: ofHead }, features.residues);
    },
  });
  return weights;
}

/** Chain of each residue, and its number within the chain. */
function numbering({ chains }: PredictionRequest) {
  const lengths = chains.map(({ sequence }) => sequence.length);
  const spread = (value: (chain: number, i: number) => number) =>
    Int32Array.from(
      lengths.flatMap((length, chain) => Array.from({ length }, (_, i) => value(chain, i))),
    );
  return { chainIndex: spread((chain) => chain), residueNumber: spread((_, i) => i + 1) };
}

/** Rows of a tensor `[1, L, ...]`. */
function pickRows({ shape, data }: HostTensor, rows: Int32Array): Float32Array {
  const size = data.length / shape[1]!;
  const picked = new Float32Array(rows.length * size);
  for (const [to, from] of rows.entries()) {
    picked.set(data.subarray(from * size, (from + 1) * size), to * size);
  }
  return picked;
}

/** Rows and columns of a tensor `[1, L, L]`. */
function pickPairs({ shape, data }: HostTensor, rows: Int32Array): Float32Array {
  const length = shape[1]!;
  const picked = new Float32Array(rows.length ** 2);
  for (const [i, row] of rows.entries()) {
    for (const [j, column] of rows.entries()) {
      picked[i * rows.length + j] = data[row * length + column]!;
    }
  }
  return picked;
}

/** The value of CA among those of the 37 atoms of each residue. */
function caOf(ofAtoms: Float32Array): Float32Array {
  return Float32Array.from({ length: ofAtoms.length / 37 }, (_, i) => ofAtoms[37 * i + CA_SLOT]!);
}

function meanRow(rows: Float32Array, count: number): Float32Array {
  const mean = new Float32Array(rows.length / count);
  for (let i = 0; i < rows.length; i++) mean[i % mean.length]! += rows[i]! / count;
  return mean;
}

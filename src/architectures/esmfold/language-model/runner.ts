import { fitLanguageModel } from '#architectures/esmfold/memory';
import { FoldError } from '#errors';
import { GraphRunner, type RunnerOptions } from '#execution/graph-runner';
import { blockScopes } from '#execution/stage-parameters';
import { stopIfAborted } from '#execution/stop-if-aborted';
import type { Engine } from '#tensor/engine/engine';
import { sizeOf } from '#tensor/shape';
import type { HostTensor } from '#tensor/tensor';
import type { TensorSource } from '#weights/tensor-source';
import type { LanguageModelConfig } from './language-model.js';
import * as stages from './stages.js';

/** A language model, opened; a folding model has one inside. */
export interface LoadedLanguageModel {
  readonly name: string;
  readonly config: LanguageModelConfig;
  readonly weights: TensorSource;
}

/** One chain by name. */
export interface NamedSequence {
  readonly name: string;
  /** One-letter codes; what is not an amino acid counts as X. */
  readonly sequence: string;
}

/** What is read from a language model; each costs a little. */
export interface LanguageModelWishes {
  readonly contacts?: boolean;
  readonly logits?: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** What a language model says of B sequences of N residues. */
export interface LanguageModelOutput {
  /** `[B, N, C]` last hidden states, normalised. */
  readonly representation: HostTensor;
  /** `[B, N, 33]`, in the order of `TOKENS`. */
  readonly logits?: HostTensor;
  /** `[B, N, N]` probability that two residues are within 8 Å. */
  readonly contacts?: HostTensor;
}

/** What layers hand on: hidden states, and evidence for contacts where they are wanted. */
interface Hidden {
  hidden: HostTensor;
  evidence?: HostTensor;
}

const REGRESSION = 'esm.contact_head.regression.';

/** Runs a language model on its own. */
export class LanguageModelRunner {
  readonly config: LanguageModelConfig;
  readonly #runner: GraphRunner<LanguageModelConfig>;
  readonly #model: LoadedLanguageModel;

  constructor(engine: Engine, model: LoadedLanguageModel, options: RunnerOptions = {}) {
    this.config = model.config;
    this.#model = model;
    this.#runner = new GraphRunner(model, engine, fitLanguageModel, options);
  }

  /**
   * Runs the model on sequences of one length.
   *
   * @param tokens int32 `[B, N + 2]`, start and end included
   * @throws FoldError `MEMORY_ESTIMATE`; `WEIGHTS_MISMATCH` where the checkpoint lacks the head of a wish;
   *   `WEIGHTS_NOT_FINITE`; `RESULT_NOT_FINITE`; `JOB_CANCELLED` between two layers after `signal` aborts
   */
  async run(tokens: HostTensor, wishes: LanguageModelWishes = {}): Promise<LanguageModelOutput> {
    const [batch, numTokens] = tokens.shape as [number, number];
    const numResidues = numTokens - 2;
    await this.#runner.prepare({ batch, numResidues });
    const head = wishes.logits ? this.#maskedResidueHead() : undefined;
    const regression = wishes.contacts ? this.#contactRegression() : undefined;
    const start = await this.#runner.run(stages.tokenEmbeddingStage, '', { tokens });
    const { tokenMask } = start;
    const stack = {
      scopes: blockScopes('esm.encoder.layer.', this.config.numLayers),
      feeds: { tokenMask },
      before: () => {
        stopIfAborted(wishes.signal);
      },
    };
    const shape = [batch, numResidues, numResidues];
    const noEvidence = () => ({ evidence: { shape, data: new Float32Array(sizeOf(shape)) } });
    const carried: Hidden = { hidden: start.hidden, ...(regression ? noEvidence() : {}) };
    if (regression)
      await this.#runner.runBlocks(stages.contactLayerStage, {
        ...stack,
        carried,
        ofBlock: (layer) => ({ headWeights: this.#headWeights(regression, layer) }),
      });
    else await this.#runner.runBlocks(stages.layerStage, { ...stack, carried });
    const { hidden } = carried;
    const { representation } = await this.#runner.run(stages.representationStage, '', { hidden });
    const logits = head && (await this.#runner.run(stages.LOGIT_STAGES[head], '', { hidden }));
    const contacts =
      regression &&
      (await this.#runner.run(stages.contactStage, REGRESSION, { evidence: carried.evidence! }));
    return {
      representation,
      ...logits,
      ...contacts,
    };
  }

  /**
   * How many sequences fit into memory at once; 1 where not even one does, for the run to say so.
   *
   * @param numResidues of each
   * @param wanted not more than this
   */
  largestBatch(numResidues: number, wanted: number): number {
    let batch = Math.max(1, wanted);
    while (batch > 1 && !this.#runner.fits({ batch, numResidues })) batch = Math.floor(batch / 2);
    return batch;
  }

  /** Frees compiled graphs and the checkpoint. */
  async close(): Promise<void> {
    await this.#runner.close();
    this.#model.weights.close();
  }

  #headWeights(regression: Float32Array, layer: number): HostTensor {
    const { numHeads } = this.config;
    return {
      shape: [numHeads],
      data: regression.subarray(layer * numHeads, (layer + 1) * numHeads),
    };
  }

  /** One weight for each head of each layer. */
  #contactRegression(): Float32Array {
    const { name } = this.#model;
    const { tensors } = this.#runner;
    const tensor = `${REGRESSION}weight`;
    if (!tensors.has(tensor))
      throw new FoldError('WEIGHTS_MISMATCH', `${name} has no head for contacts`, {
        hint: 'use an ESM-2 model, such as esm2_t6_8M_UR50D; original files need …-contact-regression.pt beside them',
      });
    const values = tensors.read(tensor);
    const expected = this.config.numLayers * this.config.numHeads;
    if (values.length === expected) return values;
    throw new FoldError(
      'WEIGHTS_MISMATCH',
      `"${tensor}" of ${name} has ${values.length} values; ${expected} heads need one each`,
    );
  }

  #maskedResidueHead() {
    const { weights, name } = this.#model;
    const head = stages.MASKED_RESIDUE_HEADS.find((scope) => weights.has(`${scope}.dense.weight`));
    if (head) return head;
    throw new FoldError('WEIGHTS_MISMATCH', `${name} has no head that predicts residues`, {
      hint: 'use an ESM-2 model, such as esm2_t6_8M_UR50D: ESMFold checkpoints leave that head out',
    });
  }
}

import type { FoldModelConfig } from '#architectures/esmfold/config';
import { PADDING_TOKEN, tokenise } from '#architectures/esmfold/language-model/tokens';
import { localStructure, readSequence } from '#architectures/esmfold/network';
import { Parameters } from '#layers/parameters';
import { aatypeOf } from '#sequence/amino-acids';
import { add, input, multiply } from '#tensor/ops';
import type { HostTensor } from '#tensor/tensor';
import type { ChainRecord, Dataset } from '#training/data/dataset';
import { LabelCache } from '#training/data/local-labels';
import { sampleNatural, type NaturalSequences } from '#training/data/natural-sequences';
import { Random } from '#training/data/random';
import { ClusterSampler, cropStart } from '#training/data/sampler';
import { maskTokens } from '#training/data/token-masking';
import { floatTensor, intTensor, type Objective } from './objective.js';
import { localStructureLosses, maskedResidueLoss } from './sequence-losses.js';

interface EncoderData {
  readonly dataset: Dataset;
  readonly natural: NaturalSequences | undefined;
}

interface EncoderSizes {
  /** Sequences in one step; with natural sequences, every second one is natural. */
  readonly batch: number;
  /** Residues of one sequence. */
  readonly crop: number;
  /** Weight of guessing masked residues, against the local structure. */
  readonly residueWeight: number;
}

/**
 * Trains the language model alone: to guess hidden residues, and to say each residue's backbone torsions and
 * secondary structure. It costs a hundredth of a folding step.
 */
export function encoderObjective(
  config: FoldModelConfig,
  { dataset, natural }: EncoderData,
  { batch, crop, residueWeight }: EncoderSizes,
): Objective {
  const parameters = new Parameters();
  const sizes = { batch, crop };
  const tokens = input('tokens', [batch, crop + 2], 'int32');
  const { mixed, lastState } = readSequence(parameters, tokens, config);
  const local = localStructureLosses(localStructure(parameters, mixed), sizes);
  const residues = maskedResidueLoss(parameters, lastState, sizes);
  const { torsions, secondaryStructure } = local;
  const loss = add(add(torsions, secondaryStructure), multiply(residues, residueWeight));

  const chains = dataset.chains.filter(({ split }) => split === 'train');
  const sampler = new ClusterSampler(chains.filter(({ kind }) => kind !== 'ca-only'));
  const labels = new LabelCache(dataset);
  return {
    parameters,
    loss,
    terms: { residues, ...local },
    sample(random) {
      const rows = new RowFiller(batch, crop, labels);
      for (let row = 0; row < batch; row++) {
        if (natural && row % 2 === 1) rows.fillNatural(row, sampleNatural(natural, crop, random));
        else {
          const chain = sampler.next(random);
          rows.fillChain(row, chain, cropStart(chain.length, crop, random));
        }
        rows.hideResidues(row, random);
      }
      return rows.feeds;
    },
    *validation() {
      const random = new Random(0);
      const chosen = dataset.chains.filter(({ split }) => split === 'val');
      for (let start = 0; start < chosen.length; start += batch) {
        const rows = new RowFiller(batch, crop, labels);
        for (const [row, chain] of chosen.slice(start, start + batch).entries()) {
          rows.fillChain(row, chain, 0);
          rows.hideResidues(row, random);
        }
        yield rows.feeds;
      }
    },
  };
}

/** The feeds of one run. */
class RowFiller {
  readonly feeds: Record<string, HostTensor>;
  readonly #crop: number;
  readonly #labels: LabelCache;
  readonly #tensors;

  constructor(batch: number, crop: number, labels: LabelCache) {
    this.#crop = crop;
    this.#labels = labels;
    this.#tensors = {
      tokens: intTensor([batch, crop + 2]),
      residue: intTensor([batch, crop + 2]),
      residueMask: floatTensor([batch, crop + 2]),
      torsionClass: intTensor([batch, crop]),
      torsionClassMask: floatTensor([batch, crop]),
      secondaryStructure: intTensor([batch, crop]),
      secondaryStructureMask: floatTensor([batch, crop]),
    };
    this.#tensors.tokens.data.fill(PADDING_TOKEN);
    this.feeds = this.#tensors;
  }

  fillNatural(row: number, aatype: Uint8Array): void {
    const tokens = tokenise(aatype, this.#crop);
    this.#tensors.tokens.data.set(tokens, row * tokens.length);
    this.#tensors.residue.data.set(tokens, row * tokens.length);
  }

  fillChain(row: number, chain: ChainRecord, start: number): void {
    this.fillNatural(row, aatypeOf(chain.sequence.slice(start, start + this.#crop)));
    const { torsionClass, secondaryStructure } = this.#labels.of(chain);
    const known = (values: ArrayLike<number>, targets: Int32Array, mask: Float32Array) => {
      for (let i = 0; i < this.#crop; i++) {
        const value = values[start + i] ?? -1;
        targets[row * this.#crop + i] = Math.max(0, value);
        mask[row * this.#crop + i] = Number(value >= 0);
      }
    };
    const tensors = this.#tensors;
    known(torsionClass, tensors.torsionClass.data, tensors.torsionClassMask.data);
    known(secondaryStructure, tensors.secondaryStructure.data, tensors.secondaryStructureMask.data);
  }

  hideResidues(row: number, random: Random): void {
    const [start, end] = [row * (this.#crop + 2), (row + 1) * (this.#crop + 2)];
    const { tokens, residueMask } = this.#tensors;
    maskTokens(tokens.data.subarray(start, end), residueMask.data.subarray(start, end), random);
  }
}

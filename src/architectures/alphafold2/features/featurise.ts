import { alignmentOfSequence, type Alignment } from '#alignment/alignment';
import { invariant } from '#errors';
import { aatypeOf } from '#sequence/amino-acids';
import { alignmentFeatures } from './alignment-features.js';
import { alignmentProfile } from './alignment-profile.js';
import { distinctRows } from './distinct-rows.js';
import { drawRows, firstRows, PUBLISHED_MASKING, type RowLimits } from './draw-rows.js';
import { NUM_TARGET_CHANNELS, type Alphafold2Features } from './network-input.js';
import type { PlacedTemplate } from './placed-template.js';
import { randomStream } from './random-stream.js';
import { templateFeatures } from './template-features.js';

/** Jump of the residue index between chains: beyond what relative position tells apart (32). */
const CHAIN_GAP = 200;

/** What is predicted, and what is known of it. */
export interface Alphafold2Query {
  /** One-letter sequences: the 20 amino acids and X. */
  readonly chains: readonly string[];
  /** Of all chains side by side, see `alignChains`; without one the network sees the query alone. */
  readonly alignment?: Alignment | undefined;
  readonly templates?: readonly PlacedTemplate[] | undefined;
}

/** How rows of the alignment are chosen. */
export interface RowSampling extends RowLimits {
  /** `random` as published: drawn again for each pass, and masked. `first` keeps the file's order and masks nothing. */
  readonly sampling: 'random' | 'first';
  /** The same seed draws the same rows and masks. */
  readonly seed: number;
}

/**
 * All that the network reads of a query.
 *
 * @param query see {@link Alphafold2Query}
 * @param sampling see {@link RowSampling}
 * @source AlphaFold2 SI 1.2.9 "Featurization"; ColabFold's "chain_break" for several chains
 */
export function featurise(query: Alphafold2Query, sampling: RowSampling): Alphafold2Features {
  const sequence = query.chains.join('');
  const alignment = query.alignment ?? alignmentOfSequence(sequence);
  invariant(
    alignment.numColumns === sequence.length,
    'the alignment is of another length than the chains',
  );
  const rows = distinctRows(alignment);
  const source = { alignment, rows, profile: alignmentProfile(alignment, rows) };
  const draw = (pass: number) =>
    sampling.sampling === 'first'
      ? firstRows(source, sampling)
      : drawRows(source, sampling, PUBLISHED_MASKING, randomStream(sampling.seed, pass));
  const { templates = [] } = query;
  return {
    ...queryFeatures(query.chains),
    ...(templates.length > 0 ? { templates: templateFeatures(templates) } : {}),
    alignment: (pass) => alignmentFeatures(alignment, draw(pass)),
  };
}

function queryFeatures(
  chains: readonly string[],
): Pick<Alphafold2Features, 'aatype' | 'residueIndex' | 'targetFeat'> {
  const aatype = Int32Array.from(aatypeOf(chains.join('')));
  const length = aatype.length;
  const targetFeat = new Float32Array(length * NUM_TARGET_CHANNELS);
  aatype.forEach((type, residue) => (targetFeat[residue * NUM_TARGET_CHANNELS + 1 + type] = 1));
  const chainOf = chains.flatMap((chain, index) => Array<number>(chain.length).fill(index));
  const residueIndex = Int32Array.from(chainOf, (chain, residue) => residue + chain * CHAIN_GAP);
  return {
    aatype: { shape: [length], data: aatype },
    residueIndex: { shape: [length], data: residueIndex },
    targetFeat: { shape: [length, NUM_TARGET_CHANNELS], data: targetFeat },
  };
}

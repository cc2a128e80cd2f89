/** @file How the layers of AlphaFold 2 move that read coordinates beside the structure module: they see distances. */
import { embedRecycled } from '#architectures/alphafold2/embedders/recycling-embedder';
import type { Alphafold2Config } from '#architectures/alphafold2/config';
import { embedTemplatePairs } from '#architectures/alphafold2/templates/template-embedder';
import { invariant } from '#errors';
import { broadcastTo, full, reshape } from '#tensor/ops';
import type { HostTensor, Tensor } from '#tensor/tensor';
import type { CheckedModel } from './checked-model.js';
import { SPREAD } from './geometry-layers.js';
import { layer } from './layer.js';
import { distances, integers, normals, type Situation } from './situation.js';

/** Both layers have bins of this width from this distance on, Å. */
const FIRST_LIMIT = 3.25;
const BIN_WIDTH = 1.25;
/** Distances this close to a limit may be rounded into the other bin, Å. */
const MARGIN = 2e-4;
/** X has no atoms, which do not move. */
const NUM_TYPES_WITH_ATOMS = 20;

/** `[1, N, 3]` points, drawn again until rounding cannot decide which bin a distance falls into. */
function pointsInBins({ mask, random }: Situation): HostTensor {
  for (;;) {
    const points = normals(random, [1, mask.length, 3], SPREAD);
    const isClear = distances(points.data).every((distance) => {
      const bins = (distance - FIRST_LIMIT) / BIN_WIDTH;
      return BIN_WIDTH * Math.abs(bins - Math.round(bins)) > MARGIN;
    });
    if (isClear) return points;
  }
}

const types = ({ mask, random }: Situation) =>
  integers(random, [1, mask.length], NUM_TYPES_WITH_ATOMS);

function configOf({ alphafold2 }: CheckedModel): Alphafold2Config {
  invariant(alphafold2 !== undefined, 'only models of AlphaFold 2 have this layer');
  return alphafold2;
}

export const RECYCLING_EMBEDDER = layer(
  'recycling embedder',
  (at) => ({ points: ['point', pointsInBins(at)], aatype: ['fixed', types(at)] }),
  ({ points, aatype }, parameters, model) => {
    const { msaChannels, pairChannels } = configOf(model);
    const numResidues = aatype.shape[1]!;
    const row = full([1, numResidues, msaChannels], 0);
    const pair = full([1, numResidues, numResidues, pairChannels], 0);
    const start = { msa: reshape(row, [1, 1, numResidues, msaChannels]), pair };
    const recycled = { queryRow: row, pair, atom14: eachAtomAt(points) };
    const embedded = embedRecycled(
      parameters.within('recycling_embedder'),
      start,
      recycled,
      aatype,
    );
    return { pair: ['fixed', embedded.pair] };
  },
);

/** `[1, N, 14, 3]`: all atoms of a residue at its point. */
function eachAtomAt(points: Tensor): Tensor {
  const [, numResidues] = points.shape;
  return broadcastTo(reshape(points, [1, numResidues!, 1, 3]), [1, numResidues!, 14, 3]);
}

export const TEMPLATE_PAIRS = layer(
  'template pair embedder',
  (at) => ({ pseudoBeta: ['point', pointsInBins(at)], aatype: ['fixed', types(at)] }),
  ({ pseudoBeta, aatype }, parameters, model) => {
    const known = full(aatype.shape, 1);
    const scope = 'template_embedder.template_pair_embedder.linear';
    const pairs = embedTemplatePairs(
      parameters.within(scope),
      { aatype, pseudoBeta, pseudoBetaMask: known, backboneMask: known },
      configOf(model).templates!,
    );
    return { pairs: ['fixed', pairs] };
  },
);

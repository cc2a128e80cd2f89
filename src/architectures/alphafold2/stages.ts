/**
 * @file The network cut into graphs that run one after the other. Blocks of a kind share a graph, which is run with the
 * weights of each in turn.
 */
import { stage } from '#execution/stage';
import { layerNormLayer, linearLayer } from '#layers/elementary';
import { contactProbability, distogramLogits } from '#layers/heads/distogram';
import { expectedAlignedError, expectedTmTerms, paeLogits } from '#layers/heads/pae';
import { plddtFromLogits } from '#layers/heads/plddt';
import { structureModule } from '#layers/structure-module/structure-module';
import { add, concat, full, input, reshape, sigmoid, softmax } from '#tensor/ops';
import type { Alphafold2Config, Alphafold2Sizes } from './config.js';
import { embedExtraRows } from './embedders/extra-msa-embedder.js';
import { embedInput } from './embedders/input-embedder.js';
import { embedRecycled } from './embedders/recycling-embedder.js';
import { evoformerBlock } from './evoformer/block.js';
import { NUM_MSA_CHANNELS, NUM_TARGET_CHANNELS } from './features/network-input.js';
import { maskedMsaLogits, residueLddtLogits, resolvedLogits } from './heads.js';
import { pairBlock, TEMPLATE_ORDER } from './pair-block.js';
import { templatePointwiseAttention } from './templates/pointwise-attention.js';
import { embedTemplatePairs, embedTemplateRows } from './templates/template-embedder.js';

const pairInput = ({ numResidues }: Alphafold2Sizes, { pairChannels }: Alphafold2Config) =>
  input('pair', [1, numResidues, numResidues, pairChannels]);

const aatypeInput = ({ numResidues }: Alphafold2Sizes) =>
  input('aatype', [1, numResidues], 'int32');

/** Rows of the alignment that the Evoformer sees: those of templates come last. */
const numMsaRows = ({ numClusters, numTemplates }: Alphafold2Sizes) => numClusters + numTemplates;

/** Features and what was recycled → the representations that a pass starts from. Scope: whole model. */
export function inputStage(sizes: Alphafold2Sizes, config: Alphafold2Config) {
  const { numResidues: N, numClusters } = sizes;
  return stage((parameters) => {
    const start = embedInput(
      parameters.within('input_embedder'),
      {
        targetFeat: input('targetFeat', [1, N, NUM_TARGET_CHANNELS]),
        msaFeat: input('msaFeat', [1, numClusters, N, NUM_MSA_CHANNELS]),
        positionOffsets: input('positionOffsets', [1, N, N], 'int32'),
      },
      config,
    );
    const recycled = {
      queryRow: input('recycledRow', [1, N, config.msaChannels]),
      pair: input('recycledPair', [1, N, N, config.pairChannels]),
      atom14: input('recycledAtom14', [1, N, 14, 3]),
    };
    const scope = parameters.within('recycling_embedder');
    const { msa, pair } = embedRecycled(scope, start, recycled, aatypeInput(sizes));
    return { msa, pair };
  });
}

/** One template → its pair representation before the stack. Scope: `template_embedder`. */
export function templatePairStage({ numResidues: N }: Alphafold2Sizes, config: Alphafold2Config) {
  return stage((parameters) => ({
    template: embedTemplatePairs(
      parameters.within('template_pair_embedder.linear'),
      {
        aatype: input('templateAatype', [1, N], 'int32'),
        pseudoBeta: input('pseudoBeta', [1, N, 3]),
        pseudoBetaMask: input('pseudoBetaMask', [1, N]),
        backboneMask: input('backboneMask', [1, N]),
      },
      config.templates!,
    ),
  }));
}

const templateInput = ({ numResidues }: Alphafold2Sizes, { templates }: Alphafold2Config) =>
  input('template', [1, numResidues, numResidues, templates!.channels]);

/** One block over the pair representation of a template. Scope: `template_embedder.template_pair_stack.blocks.i`. */
export function templateBlockStage(sizes: Alphafold2Sizes, config: Alphafold2Config) {
  const { chunkBytes } = config;
  return stage((parameters) => ({
    template: pairBlock(parameters, templateInput(sizes, config), config.templates!.pair, {
      order: TEMPLATE_ORDER,
      chunkBytes,
    }),
  }));
}

/** The norm behind the stack over templates. Scope: `template_embedder.template_pair_stack`. */
export function templateNormStage(sizes: Alphafold2Sizes, config: Alphafold2Config) {
  return stage((parameters) => ({
    template: layerNormLayer(parameters.within('layer_norm'), templateInput(sizes, config)),
  }));
}

/** Torsions of templates → their rows of the alignment. Scope: `template_embedder`. */
export function templateRowStage(sizes: Alphafold2Sizes, { msaChannels }: Alphafold2Config) {
  const { numResidues: N, numTemplates: T } = sizes;
  return stage((parameters) => {
    const rows = embedTemplateRows(
      parameters.within('template_single_embedder'),
      {
        aatype: input('templateAatype', [T, N], 'int32'),
        torsions: input('torsions', [T, N, 7, 2]),
        alternativeTorsions: input('alternativeTorsions', [T, N, 7, 2]),
        torsionMask: input('torsionMask', [T, N, 7]),
      },
      msaChannels,
    );
    return { templateRows: rows };
  });
}

/** Adds what templates say to the representations. Scope: `template_embedder`. */
export function templateStage(sizes: Alphafold2Sizes, config: Alphafold2Config) {
  const { numResidues: N, numClusters, numTemplates: T } = sizes;
  const { attention, channels } = config.templates!;
  return stage((parameters) => {
    const pair = pairInput(sizes, config);
    const templates = input('templates', [T, N, N, channels]);
    const mha = parameters.within('template_pointwise_att.mha');
    const options = { ...attention, chunkBytes: config.chunkBytes };
    const rows = input('templateRows', [T, N, config.msaChannels]);
    const msa = input('msa', [1, numClusters, N, config.msaChannels]);
    return {
      pair: add(pair, templatePointwiseAttention(mha, pair, templates, options)),
      msa: concat([msa, reshape(rows, [1, T, N, config.msaChannels])], 1),
    };
  });
}

/** Letters of the extra rows → their representation. Scope: whole model. */
export function extraRowStage(sizes: Alphafold2Sizes, { extraMsa }: Alphafold2Config) {
  const shape = [1, sizes.numExtra, sizes.numResidues];
  return stage((parameters) => ({
    msa: embedExtraRows(
      parameters.within('extra_msa_embedder.linear'),
      {
        letters: input('letters', shape, 'int32'),
        hasDeletion: input('hasDeletion', shape),
        deletionValue: input('deletionValue', shape),
      },
      extraMsa.msaChannels,
    ),
  }));
}

/** One block of the stack for extra rows. Scope: `extra_msa_stack.blocks.i`. */
export function extraBlockStage(sizes: Alphafold2Sizes, config: Alphafold2Config) {
  const { numExtra, numResidues: N } = sizes;
  const { extraMsa, chunkBytes } = config;
  return stage((parameters) => {
    const start = {
      msa: input('msa', [1, numExtra, N, extraMsa.msaChannels]),
      pair: pairInput(sizes, config),
    };
    const mask = input('msaMask', [1, numExtra, N]);
    const options = { columns: 'global', chunkBytes } as const;
    const { msa, pair } = evoformerBlock(parameters, start, mask, extraMsa, options);
    return { msa, pair };
  });
}

/** One Evoformer block. Scope: `evoformer.blocks.i`. */
export function evoformerStage(sizes: Alphafold2Sizes, config: Alphafold2Config) {
  const shape = [1, numMsaRows(sizes), sizes.numResidues];
  const { evoformer, chunkBytes } = config;
  return stage((parameters) => {
    const start = {
      msa: input('msa', [...shape, evoformer.msaChannels]),
      pair: pairInput(sizes, config),
    };
    const options = { columns: 'each-row', chunkBytes } as const;
    const mask = input('msaMask', shape);
    const { msa, pair } = evoformerBlock(parameters, start, mask, evoformer, options);
    return { msa, pair };
  });
}

/** Representations → structure, and what the heads say of each residue. Scope: whole model. */
export function structureStage(sizes: Alphafold2Sizes, config: Alphafold2Config) {
  const { numResidues: N } = sizes;
  return stage((parameters) => {
    const queryRow = input('queryRow', [1, N, config.msaChannels]);
    const single = linearLayer(
      parameters.within('evoformer.linear'),
      queryRow,
      config.singleChannels,
    );
    const iterations = structureModule(
      parameters.within('structure_module'),
      {
        single,
        pair: pairInput(sizes, config),
        aatype: aatypeInput(sizes),
        mask: full([1, N], 1),
      },
      config.structureModule,
    );
    const { atom14, state, frames, torsions } = iterations.at(-1)!;
    const heads = parameters.within('aux_heads');
    const lddt = residueLddtLogits(heads.within('plddt'), state, config.lddtChannels);
    const resolved = resolvedLogits(heads.within('experimentally_resolved.linear'), single);
    return {
      single,
      state,
      atom14,
      torsions,
      quaternion: frames.quaternion,
      translation: frames.translation,
      lddtLogits: lddt,
      plddt: plddtFromLogits(lddt),
      resolved: sigmoid(resolved),
    };
  });
}

/** Pair representation → aligned error and terms of the TM-score. Scope: `aux_heads`. */
export function alignedErrorStage(sizes: Alphafold2Sizes, config: Alphafold2Config) {
  return stage((parameters) => {
    const errors = softmax(paeLogits(parameters.within('tm.linear'), pairInput(sizes, config)));
    return {
      pae: expectedAlignedError(errors),
      tmTerms: expectedTmTerms(errors, full([1, sizes.numResidues], 1)),
    };
  });
}

/** Pair representation → distances and contacts. Scope: `aux_heads`. */
export function distanceStage(sizes: Alphafold2Sizes, config: Alphafold2Config) {
  return stage((parameters) => {
    const pair = pairInput(sizes, config);
    const scope = parameters.within('distogram.linear');
    const distogram = distogramLogits(scope, pair, { joinedBy: 'sum' });
    return { contacts: contactProbability(distogram) };
  });
}

/** Alignment → letters where they were masked; rows of templates have none. Scope: `aux_heads`. */
export function maskedMsaStage(
  { numClusters, numResidues }: Alphafold2Sizes,
  { msaChannels }: Alphafold2Config,
) {
  return stage((parameters) => {
    const msa = input('msa', [1, numClusters, numResidues, msaChannels]);
    return { maskedMsaLogits: maskedMsaLogits(parameters.within('masked_msa.linear'), msa) };
  });
}

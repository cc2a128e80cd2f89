import type { HostTensor } from '#tensor/tensor';
import type { PassOptions } from '#architectures/family';
import type { Alphafold2Config, Alphafold2Sizes } from './config.js';
import { positionOffsets } from './embedders/input-embedder.js';
import type {
  AlignmentFeatures,
  Alphafold2Features,
  TemplateFeatures,
} from './features/network-input.js';
import { withBatch, withoutBatch, zeros } from './host-tensors.js';
import { distanceChange } from './recycle-tolerance.js';
import type { Alphafold2Runner } from './runner.js';
import * as stages from './stages.js';
import { embedTemplates } from './templates/embed-templates.js';
import { usedTemplates } from './templates/used-templates.js';
import { queryRow, runTrunk, type Query, type Representations } from './trunk.js';

/** What a network says of a structure after one pass. */
export interface PassOutput {
  /** `[N, 14, 3]` Å; zero where the residue has no such atom */
  readonly atom14: HostTensor;
  /** `[N]` expected lDDT of CA, 0-100 */
  readonly plddt: HostTensor;
  /** `[N, N]` expected error of residue j when aligned on residue i, Å; of networks with a head for it */
  readonly pae?: HostTensor;
  /** `[N, N]` see `expectedTmTerms`; of networks with a head for aligned errors */
  readonly tmTerms?: HostTensor;
  /** How far CA-CA distances are from those of the pass before, root mean square, Å; absent in the first pass */
  readonly change?: number;
}

/** Everything that a network says of one query. */
export interface Alphafold2Output extends PassOutput {
  /** `[N, cS]` */
  readonly single: HostTensor;
  /** `[N, N, cZ]` */
  readonly pair: HostTensor;
  /** `[S, N, cM]` the alignment, without rows of templates */
  readonly msa: HostTensor;
  /** `[N, N]` probability that two pseudo-betas lie within 8 Å */
  readonly contacts: HostTensor;
  /** `[N, 37]` probability that a crystal structure would show the atom */
  readonly resolved: HostTensor;
  /** `[S, N, 23]` logits of the letters of the alignment, masked ones too */
  readonly maskedMsaLogits: HostTensor;
  /** Passes that were made. */
  readonly numPasses: number;
}

/** What to do while folding. */
export interface Alphafold2Options extends PassOptions<PassOutput> {
  /** No further pass is made when CA-CA distances changed by no more than this, Å; all are made where absent. */
  readonly recycleTolerance?: number | undefined;
}

/** Blocks of one pass: those for extra rows, then the Evoformer's. */
export function numBlocksOf({ config }: Pick<Alphafold2Runner, 'config'>): number {
  return config.extraMsa.numBlocks + config.evoformer.numBlocks;
}

/**
 * Folds one query: passes through embedders, extra stack, Evoformer and structure module, each of which starts from what
 * the one before found; then the heads.
 *
 * @param runner of the network
 * @param features of the query
 * @param options see {@link Alphafold2Options}
 * @throws FoldError `JOB_CANCELLED` between two blocks after `signal` aborts; `MEMORY_ESTIMATE` before a pass is run
 *   that needs more than there is
 * @source AlphaFold2 SI Algorithm 2 "Inference"
 */
export async function fold(
  runner: Alphafold2Runner,
  features: Alphafold2Features,
  options: Alphafold2Options = {},
): Promise<Alphafold2Output> {
  const { config } = runner;
  const given = config.templates && features.templates && usedTemplates(features.templates);
  let input = await prepareFor(runner, features.alignment(0), given);
  const query = queryOf(features, config);
  const templates = given && (await embedTemplates(runner, given, options.signal));
  const numPasses = (options.numRecycles ?? config.defaults.numRecycles) + 1;
  const carried = nothingYet(features, config);
  let atom14 = zeros([features.aatype.data.length, 14, 3]);
  for (let pass = 0; ; pass++) {
    if (pass > 0) input = await prepareFor(runner, features.alignment(pass), given, input.sizes);
    const { alignment } = input;
    await runTrunk(runner, carried, { query, alignment, templates, atom14, pass, ...options });
    const before = atom14;
    const { single, resolved, ...structure } = await predictStructure(runner, query, carried);
    atom14 = structure.atom14;
    const change =
      pass > 0 ? distanceChange(before.data, atom14.data, query.aatype.data) : undefined;
    const found: PassOutput = change === undefined ? structure : { ...structure, change };
    options.onPass?.(pass, found);
    const hasConverged = change !== undefined && change <= (options.recycleTolerance ?? -1);
    if (pass === numPasses - 1 || hasConverged) {
      const heads = await runHeads(runner, carried);
      return { ...found, single, resolved, ...heads, numPasses: pass + 1 };
    }
  }
}

/** What a pass reads, and the sizes that the network was prepared for. */
interface PassInput {
  readonly alignment: AlignmentFeatures;
  readonly sizes: Alphafold2Sizes;
}

/**
 * Prepares the network for the alignment of a pass. Memory is not asked for again while the sizes stay the same: what
 * another program took meanwhile is no reason to stop half-way.
 *
 * @param prepared sizes of the pass before
 */
async function prepareFor(
  runner: Alphafold2Runner,
  alignment: AlignmentFeatures,
  templates: TemplateFeatures | undefined,
  prepared?: Alphafold2Sizes,
): Promise<PassInput> {
  const sizes: Alphafold2Sizes = {
    batch: 1,
    numResidues: alignment.msa.shape[1]!,
    numClusters: alignment.msa.shape[0]!,
    numExtra: alignment.extraMsa.shape[0]!,
    numTemplates: templates?.mask.data.length ?? 0,
  };
  const isPrepared =
    prepared?.numClusters === sizes.numClusters && prepared.numExtra === sizes.numExtra;
  if (!isPrepared) await runner.prepare(sizes);
  return { alignment, sizes };
}

function queryOf(
  { aatype, residueIndex, targetFeat }: Alphafold2Features,
  { positionBins }: Alphafold2Config,
): Query {
  const numResidues = aatype.data.length;
  return {
    aatype: withBatch(aatype),
    targetFeat: withBatch(targetFeat),
    positionOffsets: {
      shape: [1, numResidues, numResidues],
      data: positionOffsets(residueIndex.data, positionBins),
    },
  };
}

/** What the first pass starts from. */
function nothingYet({ aatype }: Alphafold2Features, config: Alphafold2Config): Representations {
  const numResidues = aatype.data.length;
  return {
    msa: zeros([1, 1, numResidues, config.msaChannels]),
    pair: zeros([1, numResidues, numResidues, config.pairChannels]),
  };
}

/** What the structure module and its heads give, and the head for aligned errors where there is one. */
type Structure = Pick<
  Alphafold2Output,
  'atom14' | 'plddt' | 'pae' | 'tmTerms' | 'single' | 'resolved'
>;

async function predictStructure(
  runner: Alphafold2Runner,
  { aatype }: Query,
  { msa, pair }: Representations,
): Promise<Structure> {
  const feeds = { aatype, pair, queryRow: queryRow(msa) };
  const structure = await runner.run(stages.structureStage, '', feeds);
  const errors = runner.config.predictsAlignedError
    ? await runner.run(stages.alignedErrorStage, 'aux_heads.', { pair })
    : undefined;
  return {
    atom14: withoutBatch(structure.atom14),
    plddt: withoutBatch(structure.plddt),
    single: withoutBatch(structure.single),
    resolved: withoutBatch(structure.resolved),
    ...(errors ? { pae: withoutBatch(errors.pae), tmTerms: withoutBatch(errors.tmTerms) } : {}),
  };
}

/** What is asked for only once. */
async function runHeads(
  runner: Alphafold2Runner,
  { msa, pair }: Representations,
): Promise<Pick<Alphafold2Output, 'msa' | 'pair' | 'contacts' | 'maskedMsaLogits'>> {
  const { contacts } = await runner.run(stages.distanceStage, 'aux_heads.', { pair });
  const { maskedMsaLogits } = await runner.run(stages.maskedMsaStage, 'aux_heads.', { msa });
  return {
    pair: withoutBatch(pair),
    msa: withoutBatch(msa),
    contacts: withoutBatch(contacts),
    maskedMsaLogits: withoutBatch(maskedMsaLogits),
  };
}

import { stopIfAborted } from '#execution/stop-if-aborted';
import type { HostTensor } from '#tensor/tensor';
import type { Alphafold2Config } from './config.js';
import { positionOffsets } from './embedders/input-embedder.js';
import type {
  AlignmentFeatures,
  Alphafold2Features,
  TemplateFeatures,
} from './features/network-input.js';
import {
  entries,
  joinEntries,
  withBatch,
  withoutBatch,
  zeros,
  type Tensors,
} from './host-tensors.js';
import { distanceChange } from './recycle-tolerance.js';
import type { Alphafold2Runner } from './runner.js';
import type { Alphafold2Sizes } from './sizes.js';
import * as stages from './stages.js';
import { embedTemplates, type EmbeddedTemplates } from './templates/embed-templates.js';
import { usedTemplates } from './templates/used-templates.js';

/** What a network says of a structure after one pass. */
export interface PassOutput {
  /** `[N, 14, 3]` Å; zero where the residue has no such atom */
  readonly atom14: HostTensor;
  /** `[N]` expected lDDT of CA, 0-100 */
  readonly plddt: HostTensor;
  /** `[N, N]` expected error of residue j when aligned on residue i, Å; of networks with a head for it */
  readonly pae?: HostTensor;
  /** Expected TM-score, 0-1; of networks with a head for aligned errors */
  readonly ptm?: number;
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
export interface Alphafold2Options {
  /** Extra passes; as the model's configuration says where absent. */
  readonly numRecycles?: number | undefined;
  /** No further pass is made when CA-CA distances changed by no more than this, Å; all are made where absent. */
  readonly recycleTolerance?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called after each block; both stacks of a pass count, see {@link numBlocksOf}. */
  readonly onBlock?: (pass: number, block: number) => void;
  /** Called after each pass. */
  readonly onPass?: (pass: number, output: PassOutput) => void;
}

/** Blocks of one pass: those for extra rows, then the Evoformer's. */
export function numBlocksOf({ config }: Pick<Alphafold2Runner, 'config'>): number {
  return config.extraMsa.numBlocks + config.evoformer.numBlocks;
}

/** What all passes read alike. */
interface Query extends Tensors {
  /** `[1, N]` */
  readonly aatype: HostTensor;
  /** `[1, N, 22]` */
  readonly targetFeat: HostTensor;
  /** `[1, N, N]` */
  readonly positionOffsets: HostTensor;
}

/** Representations after the trunk. */
interface Trunk extends Tensors {
  /** `[1, S, N, cM]` */
  readonly msa: HostTensor;
  /** `[1, N, N, cZ]` */
  readonly pair: HostTensor;
}

/**
 * Folds one query: passes through embedders, extra stack, Evoformer and structure module, each of which starts from what
 * the one before found; then the heads.
 *
 * @param runner of the network
 * @param features of the query
 * @param options see {@link Alphafold2Options}
 * @throws {@link FoldError} `JOB_CANCELLED` between two blocks after `signal` aborts; `MEMORY_ESTIMATE` before anything
 *   is run
 * @source AlphaFold2 SI Algorithm 2 "Inference"
 */
export async function fold(
  runner: Alphafold2Runner,
  features: Alphafold2Features,
  options: Alphafold2Options = {},
): Promise<Alphafold2Output> {
  const { config } = runner;
  const given = config.templates && features.templates && usedTemplates(features.templates);
  let alignment = features.alignment(0);
  await runner.prepare(sizesOf(alignment, given));
  const query = queryTensors(features, config);
  const templates = given && (await embedTemplates(runner, given, options.signal));
  const numPasses = (options.numRecycles ?? config.defaults.numRecycles) + 1;
  let recycled = nothingYet(features, config);
  for (let pass = 0; ; pass++) {
    if (pass > 0) {
      alignment = features.alignment(pass);
      await runner.prepare(sizesOf(alignment, given));
    }
    const start = await runner.run(stages.inputStage, '', {
      ...query,
      ...recycled,
      msaFeat: withBatch(alignment.msa),
    });
    const trunk = await runTrunk(runner, start, { alignment, templates, pass, options });
    const { structure, found } = await predictStructure(runner, query, trunk, recycled, pass);
    options.onPass?.(pass, found);
    const hasConverged = (found.change ?? Infinity) <= (options.recycleTolerance ?? -1);
    if (pass === numPasses - 1 || hasConverged) {
      return { ...found, ...(await runHeads(runner, structure, trunk)), numPasses: pass + 1 };
    }
    recycled = {
      recycledRow: queryRow(trunk),
      recycledPair: trunk.pair,
      recycledAtom14: structure['atom14']!,
    };
  }
}

function sizesOf(
  { msa, extraMsa }: AlignmentFeatures,
  templates: TemplateFeatures | undefined,
): Alphafold2Sizes {
  return {
    batch: 1,
    numResidues: msa.shape[1]!,
    numClusters: msa.shape[0]!,
    numExtra: extraMsa.shape[0]!,
    numTemplates: templates?.mask.data.length ?? 0,
  };
}

function queryTensors(
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
function nothingYet({ aatype }: Alphafold2Features, config: Alphafold2Config): Tensors {
  const numResidues = aatype.data.length;
  return {
    recycledRow: zeros([1, numResidues, config.msaChannels]),
    recycledPair: zeros([1, numResidues, numResidues, config.pairChannels]),
    recycledAtom14: zeros([1, numResidues, 14, 3]),
  };
}

/** The query's row of the alignment, `[1, N, cM]`. */
function queryRow({ msa }: Trunk): HostTensor {
  return entries(withoutBatch(msa), 0, 1);
}

/** What a pass through the trunk needs beside what it starts from. */
interface TrunkPass {
  readonly alignment: AlignmentFeatures;
  readonly templates: EmbeddedTemplates | undefined;
  readonly pass: number;
  readonly options: Alphafold2Options;
}

/** One pass through templates, extra stack and Evoformer. */
async function runTrunk(
  runner: Alphafold2Runner,
  start: Tensors,
  { alignment, templates, pass, options: { signal, onBlock } }: TrunkPass,
): Promise<Trunk> {
  const { extraMsa, evoformer } = runner.config;
  let blocksDone = 0;
  const runBlock = async (
    block: typeof stages.evoformerStage | typeof stages.extraBlockStage,
    scope: string,
    feeds: Tensors,
  ) => {
    stopIfAborted(signal);
    const next = await runner.run(block, scope, feeds);
    onBlock?.(pass, blocksDone++);
    return next;
  };

  let msa = start['nextMsa']!;
  let pair = start['nextPair']!;
  let msaMask = withBatch(alignment.msaMask);
  if (templates) {
    const { rows, rowMask, pairs } = templates;
    const feeds = { msa, pair, templateRows: rows, templates: pairs };
    const joined = await runner.run(stages.templateStage, 'template_embedder.', feeds);
    msa = joined['nextMsa']!;
    pair = joined['nextPair']!;
    msaMask = withBatch(joinEntries([alignment.msaMask, rowMask]));
  }

  const extraMask = withBatch(alignment.extraMsaMask);
  const extraRows = await runner.run(stages.extraRowStage, '', {
    letters: withBatch(alignment.extraMsa),
    hasDeletion: withBatch(alignment.extraHasDeletion),
    deletionValue: withBatch(alignment.extraDeletionValue),
  });
  let extra = extraRows['nextMsa']!;
  for (let block = 0; block < extraMsa.numBlocks; block++) {
    const feeds = { msa: extra, msaMask: extraMask, pair };
    const next = await runBlock(stages.extraBlockStage, `extra_msa_stack.blocks.${block}.`, feeds);
    extra = next['nextMsa']!;
    pair = next['nextPair']!;
  }

  for (let block = 0; block < evoformer.numBlocks; block++) {
    const feeds = { msa, msaMask, pair };
    const next = await runBlock(stages.evoformerStage, `evoformer.blocks.${block}.`, feeds);
    msa = next['nextMsa']!;
    pair = next['nextPair']!;
  }
  const numClusters = alignment.msa.shape[0]!;
  return { msa: withBatch(entries(withoutBatch(msa), 0, numClusters)), pair };
}

/** Structure module and what tells its confidence. */
async function predictStructure(
  runner: Alphafold2Runner,
  { aatype }: Query,
  trunk: Trunk,
  { recycledAtom14 }: Tensors,
  pass: number,
): Promise<{ structure: Tensors; found: PassOutput }> {
  const { pair } = trunk;
  const feeds = { aatype, pair, queryRow: queryRow(trunk) };
  const structure = await runner.run(stages.structureStage, '', feeds);
  const { atom14, plddt } = structure;
  const errors = runner.config.predictsAlignedError
    ? await runner.run(stages.alignedErrorStage, 'aux_heads.', { pair })
    : undefined;
  return {
    structure,
    found: {
      atom14: withoutBatch(atom14!),
      plddt: withoutBatch(plddt!),
      ...(errors ? { pae: withoutBatch(errors['pae']!), ptm: errors['ptm']!.data[0]! } : {}),
      ...(pass > 0
        ? { change: distanceChange(recycledAtom14!.data, atom14!.data, aatype.data) }
        : {}),
    },
  };
}

/** What is asked for only once. */
async function runHeads(
  runner: Alphafold2Runner,
  { single, resolved }: Tensors,
  { msa, pair }: Trunk,
): Promise<Omit<Alphafold2Output, keyof PassOutput | 'numPasses'>> {
  const { contacts } = await runner.run(stages.distanceStage, 'aux_heads.', { pair });
  const { maskedMsaLogits } = await runner.run(stages.maskedMsaStage, 'aux_heads.', { msa });
  return {
    single: withoutBatch(single!),
    pair: withoutBatch(pair),
    msa: withoutBatch(msa),
    contacts: withoutBatch(contacts!),
    resolved: withoutBatch(resolved!),
    maskedMsaLogits: withoutBatch(maskedMsaLogits!),
  };
}

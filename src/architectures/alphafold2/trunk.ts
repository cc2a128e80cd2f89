import { blockScopes } from '#execution/stage-parameters';
import { stopIfAborted } from '#execution/stop-if-aborted';
import type { HostTensor } from '#tensor/tensor';
import type { AlignmentFeatures } from './features/network-input.js';
import { entries, joinEntries, withBatch, withoutBatch, type Tensors } from './host-tensors.js';
import type { Alphafold2Runner } from './runner.js';
import * as stages from './stages.js';
import type { EmbeddedTemplates } from './templates/embed-templates.js';

/** What all passes read alike. */
export interface Query extends Tensors {
  /** `[1, N]` */
  readonly aatype: HostTensor;
  /** `[1, N, 22]` */
  readonly targetFeat: HostTensor;
  /** `[1, N, N]` */
  readonly positionOffsets: HostTensor;
}

/** The representations, replaced in place, so that nobody holds on to old ones: they are large. */
export interface Representations {
  /** `[1, S, N, cM]` */
  msa: HostTensor;
  /** `[1, N, N, cZ]` */
  pair: HostTensor;
}

/** What one pass reads beside the representations. */
interface TrunkPass {
  readonly query: Query;
  readonly alignment: AlignmentFeatures;
  readonly templates: EmbeddedTemplates | undefined;
  /** `[N, 14, 3]` Å, of the last pass */
  readonly atom14: HostTensor;
  readonly pass: number;
  readonly signal?: AbortSignal | undefined;
  readonly onBlock?: (pass: number, block: number) => void;
}

/** The query's row of an alignment: `[1, S, N, cM]` → `[1, N, cM]`, on its own. */
export function queryRow(msa: HostTensor): HostTensor {
  const { shape, data } = entries(withoutBatch(msa), 0, 1);
  return { shape, data: data.slice() };
}

/**
 * One pass through input, templates, extra stack and Evoformer.
 *
 * @param carried what the last pass found; becomes what this one finds, rows of templates left out
 * @throws FoldError `JOB_CANCELLED` between two blocks after `signal` aborts
 * @source AlphaFold2 SI Algorithm 2 "Inference", lines 5-17
 */
export async function runTrunk(
  runner: Alphafold2Runner,
  carried: Representations,
  pass: TrunkPass,
): Promise<void> {
  await startPass(runner, carried, pass);
  let blocksDone = 0;
  const betweenBlocks = {
    before: () => {
      stopIfAborted(pass.signal);
    },
    after: () => pass.onBlock?.(pass.pass, blocksDone++),
  };
  const msaMask = await addTemplates(runner, carried, pass);
  await runExtraStack(runner, carried, pass.alignment, betweenBlocks);
  await runner.runBlocks(stages.evoformerStage, {
    scopes: blockScopes('evoformer.blocks.', runner.config.evoformer.numBlocks),
    carried,
    feeds: { msaMask },
    ...betweenBlocks,
  });
  const numClusters = pass.alignment.msa.shape[0]!;
  carried.msa = withBatch(entries(withoutBatch(carried.msa), 0, numClusters));
}

function replace(carried: Representations, { msa, pair }: Readonly<Representations>): void {
  carried.msa = msa;
  carried.pair = pair;
}

/** Features and what was recycled → representations. */
async function startPass(
  runner: Alphafold2Runner,
  carried: Representations,
  { query, alignment, atom14 }: TrunkPass,
): Promise<void> {
  const feeds = {
    ...query,
    msaFeat: withBatch(alignment.msa),
    recycledRow: queryRow(carried.msa),
    recycledPair: carried.pair,
    recycledAtom14: withBatch(atom14),
  };
  replace(carried, await runner.run(stages.inputStage, '', feeds));
}

/**
 * Adds what templates say.
 *
 * @returns `[1, S, N]` mask of the alignment, with rows of templates where there are some
 */
async function addTemplates(
  runner: Alphafold2Runner,
  carried: Representations,
  { alignment: { msaMask }, templates }: TrunkPass,
): Promise<HostTensor> {
  if (!templates) return withBatch(msaMask);
  const { rows, rowMask, pairs } = templates;
  const feeds = { ...carried, templateRows: rows, templates: pairs };
  replace(carried, await runner.run(stages.templateStage, 'template_embedder.', feeds));
  return withBatch(joinEntries([msaMask, rowMask]));
}

/** What extra rows say of pairs; they themselves are dropped. */
async function runExtraStack(
  runner: Alphafold2Runner,
  carried: Representations,
  { extraMsa, extraHasDeletion, extraDeletionValue, extraMsaMask }: AlignmentFeatures,
  betweenBlocks: { readonly before: () => void; readonly after: () => void },
): Promise<void> {
  const { msa } = await runner.run(stages.extraRowStage, '', {
    letters: withBatch(extraMsa),
    hasDeletion: withBatch(extraHasDeletion),
    deletionValue: withBatch(extraDeletionValue),
  });
  const clusters = carried.msa;
  carried.msa = msa;
  await runner.runBlocks(stages.extraBlockStage, {
    scopes: blockScopes('extra_msa_stack.blocks.', runner.config.extraMsa.numBlocks),
    carried,
    feeds: { msaMask: withBatch(extraMsaMask) },
    ...betweenBlocks,
  });
  carried.msa = clusters;
}

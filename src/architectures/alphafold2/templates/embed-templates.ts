import type { TemplateFeatures } from '#architectures/alphafold2/features/network-input';
import { entries, joinEntries } from '#architectures/alphafold2/host-tensors';
import type { Alphafold2Runner } from '#architectures/alphafold2/runner';
import * as stages from '#architectures/alphafold2/stages';
import { blockScopes } from '#execution/stage-parameters';
import { stopIfAborted } from '#execution/stop-if-aborted';
import { ATOM37_NAMES } from '#structure/residues/atoms';
import type { HostTensor } from '#tensor/tensor';

const BACKBONE = ['N', 'CA', 'C'].map((name) => ATOM37_NAMES.indexOf(name));
/** Place of psi among the torsions. */
const PSI = 2;

/** What the network makes of templates before it looks at the query: the same in every pass. */
export interface EmbeddedTemplates {
  /** `[T, N, N, cT]` */
  readonly pairs: HostTensor;
  /** `[T, N, cM]` rows of the alignment */
  readonly rows: HostTensor;
  /** `[T, N]` 1 where a row says something: where psi is known */
  readonly rowMask: HostTensor;
}

/**
 * Runs the stack over templates, one after the other.
 *
 * @param templates at least one, all of which count
 * @throws {@link FoldError} `JOB_CANCELLED` between two blocks after `signal` aborts
 * @source AlphaFold2 SI Algorithm 2 "Inference", lines 7-12
 */
export async function embedTemplates(
  runner: Alphafold2Runner,
  templates: TemplateFeatures,
  signal: AbortSignal | undefined,
): Promise<EmbeddedTemplates> {
  const { aatype, torsions, alternativeTorsions, torsionMask } = templates;
  const { templateRows } = await runner.run(stages.templateRowStage, SCOPE, {
    templateAatype: aatype,
    torsions,
    alternativeTorsions,
    torsionMask,
  });
  const pairs: HostTensor[] = [];
  for (let index = 0; index < aatype.shape[0]!; index++) {
    pairs.push(await embedTemplate(runner, templates, index, signal));
  }
  return {
    pairs: joinEntries(pairs),
    rows: templateRows,
    rowMask: everyNth(torsionMask, PSI),
  };
}

const SCOPE = 'template_embedder.';

/** The pair representation of one template, `[1, N, N, cT]`. */
async function embedTemplate(
  runner: Alphafold2Runner,
  { aatype, pseudoBeta, pseudoBetaMask, atom37Mask }: TemplateFeatures,
  index: number,
  signal: AbortSignal | undefined,
): Promise<HostTensor> {
  const one = (tensor: HostTensor) => entries(tensor, index, index + 1);
  const carried = await runner.run(stages.templatePairStage, SCOPE, {
    templateAatype: one(aatype),
    pseudoBeta: one(pseudoBeta),
    pseudoBetaMask: one(pseudoBetaMask),
    backboneMask: backboneMask(one(atom37Mask)),
  });
  const stack = `${SCOPE}template_pair_stack.`;
  await runner.runBlocks(stages.templateBlockStage, {
    scopes: blockScopes(`${stack}blocks.`, runner.config.templates!.numBlocks),
    carried,
    before: () => {
      stopIfAborted(signal);
    },
  });
  const { template } = await runner.run(stages.templateNormStage, stack, carried);
  return template;
}

/** `[T, N]` 1 where N, CA and C are known. */
function backboneMask({ shape, data }: HostTensor): HostTensor {
  const [numTemplates, numResidues, numAtoms] = shape as [number, number, number];
  return {
    shape: [numTemplates, numResidues],
    data: Float32Array.from({ length: numTemplates * numResidues }, (_, residue) =>
      Number(BACKBONE.every((atom) => data[residue * numAtoms + atom] === 1)),
    ),
  };
}

/** One of each last axis: `[..., K]` → `[...]`. */
function everyNth({ shape, data }: HostTensor, index: number): HostTensor {
  const size = shape.at(-1)!;
  return {
    shape: shape.slice(0, -1),
    data: Float32Array.from({ length: data.length / size }, (_, i) => data[i * size + index]!),
  };
}

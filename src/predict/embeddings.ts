import type {
  LanguageModelRunner,
  NamedSequence,
} from '#architectures/esmfold/language-model/runner';
import { TOKENS, tokenise } from '#architectures/esmfold/language-model/tokens';
import { aatypeOf } from '#sequence/amino-acids';
import type { Shape } from '#tensor/shape';
import type { HostTensor } from '#tensor/tensor';

/** What can be read from a language model. */
export const EMBEDDING_KINDS = ['per-residue', 'mean', 'contacts', 'logits'] as const;

/** One of {@link EMBEDDING_KINDS}. */
export type EmbeddingKind = (typeof EMBEDDING_KINDS)[number];

/** What a language model says of one chain of N residues, by kind. */
export interface Embedding {
  readonly name: string;
  readonly sequence: string;
  /** `per-residue` `[N, C]`, `mean` `[C]`, `contacts` `[N, N]` 0-1, `logits` `[N, 33]` in the order of `TOKENS`. */
  readonly tensors: ReadonlyMap<EmbeddingKind, HostTensor>;
}

/**
 * Reads what a language model says of one chain.
 *
 * @param kinds what is wanted
 * @throws FoldError as `LanguageModelRunner.run`
 */
export async function embed(
  runner: LanguageModelRunner,
  chain: NamedSequence,
  kinds: readonly EmbeddingKind[],
  signal?: AbortSignal,
): Promise<Embedding> {
  const tokens = tokenise(aatypeOf(chain.sequence));
  const { representation, contacts, logits } = await runner.run(
    { shape: [1, tokens.length], data: tokens },
    { contacts: kinds.includes('contacts'), logits: kinds.includes('logits'), signal },
  );
  const perResidue = withoutBatch(representation);
  const found: Readonly<Record<EmbeddingKind, HostTensor | undefined>> = {
    'per-residue': perResidue,
    mean: meanOverResidues(perResidue),
    contacts: contacts && withoutBatch(contacts),
    logits: logits && withoutBatch(logits),
  };
  return {
    ...chain,
    tensors: new Map(
      EMBEDDING_KINDS.filter((kind) => kinds.includes(kind)).map((kind) => [kind, found[kind]!]),
    ),
  };
}

/**
 * Shapes of what {@link embed} gives, before it is run.
 *
 * @param kinds what is wanted
 * @param numResidues of the chain
 * @param channels of the language model
 */
export function embeddingShapes(
  kinds: readonly EmbeddingKind[],
  numResidues: number,
  channels: number,
): ReadonlyMap<EmbeddingKind, Shape> {
  const shapes: Readonly<Record<EmbeddingKind, Shape>> = {
    'per-residue': [numResidues, channels],
    mean: [channels],
    contacts: [numResidues, numResidues],
    logits: [numResidues, TOKENS.length],
  };
  const wanted = EMBEDDING_KINDS.filter((kind) => kinds.includes(kind));
  return new Map(wanted.map((kind) => [kind, shapes[kind]]));
}

const withoutBatch = ({ shape, data }: HostTensor): HostTensor => ({ shape: shape.slice(1), data });

function meanOverResidues({ shape, data }: HostTensor): HostTensor {
  const [numResidues, channels] = shape as [number, number];
  const sums = new Float64Array(channels);
  for (let i = 0; i < data.length; i++) sums[i % channels]! += data[i]!;
  return { shape: [channels], data: Float32Array.from(sums, (sum) => sum / numResidues) };
}

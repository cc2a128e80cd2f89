import type {
  LanguageModelRunner,
  NamedSequence,
} from '#architectures/esmfold/language-model/runner';
import {
  MASK_TOKEN,
  TOKEN_OF_AATYPE,
  tokenise,
} from '#architectures/esmfold/language-model/tokens';
import { FoldError } from '#errors';
import { aatypeOf, RESIDUE_LETTERS, UNKNOWN_AATYPE } from '#sequence/amino-acids';

/** The 20 amino acids, in the order of `aatype`. */
export const AMINO_ACIDS: readonly string[] = Array.from(RESIDUE_LETTERS.slice(0, UNKNOWN_AATYPE));

/**
 * How mutants are scored: with each position masked in turn (one run a position), or all from one run of the sequence
 * as it is, which is faster and less accurate.
 */
export const SCORING_METHODS = ['masked-marginals', 'wildtype-marginals'] as const;

/** One of {@link SCORING_METHODS}. */
export type ScoringMethod = (typeof SCORING_METHODS)[number];

/** Scores of all single mutants of a chain of N residues. */
export interface MutationScores {
  readonly name: string;
  readonly sequence: string;
  /** Number that the first residue has, and mutants count from. */
  readonly firstResidue: number;
  readonly method: ScoringMethod;
  /**
   * `[N, 20]` log p(mutant) - log p(wild type), natural, columns as {@link AMINO_ACIDS}; 0 for the wild type, NaN in
   * rows of X, which is no residue to compare with, and of residues that were not asked for.
   */
  readonly logOdds: Float32Array;
}

/** What to do while scoring. */
export interface ScoringOptions {
  readonly method?: ScoringMethod;
  /** 1 if absent. */
  readonly firstResidue?: number;
  /** Residues to mutate, from 0, in order; all if absent. */
  readonly places?: readonly number[] | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called after each run with the positions done. */
  readonly onPosition?: (done: number) => void;
}

/** Tokens of all sequences that go through the model together: enough to make decoding weights worth it. */
const TOKENS_AT_ONCE = 4096;

/**
 * Log-odds of all single mutants.
 *
 * @throws FoldError as `LanguageModelRunner.run`
 * @source Meier et al. 2021 "Language models enable zero-shot prediction of the effects of mutations on protein
 *   function", masked marginals and wild-type marginals
 */
export async function scoreMutations(
  runner: LanguageModelRunner,
  chain: NamedSequence,
  options: ScoringOptions = {},
): Promise<MutationScores> {
  const { method = 'masked-marginals', firstResidue = 1, places } = options;
  const aatype = aatypeOf(chain.sequence);
  if (aatype.length === 0)
    throw new FoldError('SEQUENCE_EMPTY', `${chain.name} has no residues to mutate`);
  const logOdds = new Float32Array(aatype.length * AMINO_ACIDS.length).fill(NaN);
  const score = (position: number, logits: ArrayLike<number>, start: number) => {
    const wildtype = aatype[position]!;
    for (let mutant = 0; mutant < AMINO_ACIDS.length; mutant++) {
      const odds =
        logits[start + TOKEN_OF_AATYPE[mutant]!]! - logits[start + TOKEN_OF_AATYPE[wildtype]!]!;
      if (wildtype !== UNKNOWN_AATYPE) logOdds[position * AMINO_ACIDS.length + mutant] = odds;
    }
  };
  const work = { aatype, places: places ?? Array.from(aatype.keys()), score };
  if (method === 'masked-marginals') await maskedMarginals(runner, work, options);
  else await wildtypeMarginals(runner, work, options);
  return { ...chain, firstResidue, method, logOdds };
}

/** What is scored: positions of a chain. */
interface ScoringWork {
  readonly aatype: Uint8Array;
  readonly places: readonly number[];
  readonly score: Score;
}

/** Takes the logits of a position, which begin at `start`. */
type Score = (position: number, logits: ArrayLike<number>, start: number) => void;

async function wildtypeMarginals(
  runner: LanguageModelRunner,
  { aatype, places, score }: ScoringWork,
  { signal, onPosition }: ScoringOptions,
): Promise<void> {
  const tokens = tokenise(aatype);
  const { logits } = await runner.run(
    { shape: [1, tokens.length], data: tokens },
    { logits: true, signal },
  );
  const numTokens = logits!.shape[2]!;
  for (const place of places) score(place, logits!.data, place * numTokens);
  onPosition?.(places.length);
}

/** Runs of one size, so that graphs are compiled once: the last one repeats its last position. */
async function maskedMarginals(
  runner: LanguageModelRunner,
  { aatype, places, score }: ScoringWork,
  { signal, onPosition }: ScoringOptions,
): Promise<void> {
  const numResidues = aatype.length;
  const tokens = tokenise(aatype);
  const most = runner.largestBatch(numResidues, Math.floor(TOKENS_AT_ONCE / tokens.length));
  const numRuns = Math.ceil(places.length / most);
  const batch = Math.ceil(places.length / numRuns);
  for (let first = 0; first < places.length; first += batch) {
    const positions = Array.from({ length: batch }, (_, i) => places[first + i] ?? places.at(-1)!);
    const masked = Int32Array.from(
      positions.flatMap((position) => [...tokens.with(position + 1, MASK_TOKEN)]),
    );
    const { logits } = await runner.run(
      { shape: [batch, tokens.length], data: masked },
      { logits: true, signal },
    );
    const numTokens = logits!.shape[2]!;
    for (const [i, position] of positions.entries())
      score(position, logits!.data, (i * numResidues + position) * numTokens);
    onPosition?.(Math.min(first + batch, places.length));
  }
}

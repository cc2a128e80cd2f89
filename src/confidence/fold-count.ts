/** Two structures above this TM-score share a fold. @source Xu & Zhang 2010, doi:10.1093/bioinformatics/btq066 */
export const SAME_FOLD = 0.5;

/** How often a model had the fold right where its pTM was at least `ptmFrom`, and below that of the next count. */
export interface FoldCount {
  /** 0-1 */
  readonly ptmFrom: number;
  readonly numChains: number;
  /** Those with a TM-score above {@link SAME_FOLD}. */
  readonly numRight: number;
}

/** Where ranges of pTM begin. */
const RANGES = [0, 0.3, 0.4, 0.6, 0.8] as const;

/**
 * Counts right folds by ranges of pTM.
 *
 * @param chains predictions of known structures, pTM and TM-score 0-1
 * @returns a count for each range that has chains, by rising pTM
 */
export function countFolds(
  chains: readonly { readonly ptm: number; readonly tm: number }[],
): FoldCount[] {
  return RANGES.map((ptmFrom, i) => {
    const inRange = chains.filter(({ ptm }) => ptm >= ptmFrom && ptm < (RANGES[i + 1] ?? Infinity));
    const numRight = inRange.filter(({ tm }) => tm > SAME_FOLD).length;
    return { ptmFrom, numChains: inRange.length, numRight };
  }).filter(({ numChains }) => numChains > 0);
}

/** What was counted for a model. */
interface FoldCounts {
  readonly alone: readonly FoldCount[];
  /** Of predictions that were folded after templates. */
  readonly withTemplates?: readonly FoldCount[];
}

/**
 * What was counted, by model.
 *
 * @source `codonfold evaluate --data DIR`: 110 held-out chains, each from its own cluster at 30% identity; with
 *   `--templates homologs`, the 47 of them that have a relative of known structure; neighbouring ranges are joined where
 *   they hold few chains
 */
const FOLD_COUNTS: Readonly<Record<string, FoldCounts>> = {
  'codonfold-small': {
    alone: [
      { ptmFrom: 0, numChains: 92, numRight: 1 },
      { ptmFrom: 0.3, numChains: 12, numRight: 4 },
      { ptmFrom: 0.4, numChains: 6, numRight: 6 },
    ],
    withTemplates: [
      { ptmFrom: 0, numChains: 8, numRight: 4 },
      { ptmFrom: 0.6, numChains: 39, numRight: 38 },
    ],
  },
};

/** What was counted for a model, by rising pTM; empty where nothing was. */
export function foldCountsOf(model: string, hasTemplates: boolean): readonly FoldCount[] {
  const { alone = [], withTemplates = [] } = FOLD_COUNTS[model] ?? {};
  return hasTemplates ? withTemplates : alone;
}

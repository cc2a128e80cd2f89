/** How a template lies over a query. */
export interface TemplateLikeness {
  /** Of the aligned residues, 0-1. */
  readonly identity: number;
  /** Share of the query that is aligned, 0-1. */
  readonly coverage: number;
}

/** The structure of so much of a sequence is its structure: ends and loops are often not seen. */
const WHOLE = 0.95;

/** Whether a template is a structure of the query itself. */
export function isKnown({ identity, coverage }: TemplateLikeness): boolean {
  return identity === 1 && coverage >= WHOLE;
}

/** Two residues to join with a line, and how strongly, 0-1. */
export interface Link {
  readonly from: number;
  readonly to: number;
  readonly weight: number;
}

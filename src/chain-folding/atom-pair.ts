const LEAST_DISTANCE = 0.01;

/** Distance of two atoms by where their coordinates start, Å; never 0. */
export function separation(atoms: Float64Array, a: number, b: number): number {
  const x = atoms[a]! - atoms[b]!;
  const y = atoms[a + 1]! - atoms[b + 1]!;
  const z = atoms[a + 2]! - atoms[b + 2]!;
  return Math.max(LEAST_DISTANCE, Math.sqrt(x * x + y * y + z * z)); // Math.hypot is far slower
}

/** Adds `factor` times the vector between two atoms to the derivatives by both. */
export function push(
  atoms: Float64Array,
  byAtoms: Float64Array,
  a: number,
  b: number,
  factor: number,
): void {
  for (let k = 0; k < 3; k++) {
    const change = factor * (atoms[a + k]! - atoms[b + k]!);
    byAtoms[a + k]! += change;
    byAtoms[b + k]! -= change;
  }
}

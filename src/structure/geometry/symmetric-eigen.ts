/** Sweeps after which a 4x4 matrix has long converged (quadratically, usually in 4 or 5). */
const MAX_SWEEPS = 30;

/** One Jacobi rotation that zeroes entry (p, q) of `matrix` and turns `vectors` along. */
function annihilate(
  matrix: Float64Array,
  vectors: Float64Array,
  [p, q, size]: readonly [number, number, number],
): void {
  const apq = matrix[p * size + q]!;
  if (apq === 0) return;
  const theta = (matrix[q * size + q]! - matrix[p * size + p]!) / (2 * apq);
  const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(t * t + 1);
  const s = t * c;
  for (let k = 0; k < size; k++) {
    const kp = matrix[k * size + p]!;
    const kq = matrix[k * size + q]!;
    matrix[k * size + p] = c * kp - s * kq;
    matrix[k * size + q] = s * kp + c * kq;
  }
  for (let k = 0; k < size; k++) {
    const pk = matrix[p * size + k]!;
    const qk = matrix[q * size + k]!;
    matrix[p * size + k] = c * pk - s * qk;
    matrix[q * size + k] = s * pk + c * qk;
    const vp = vectors[k * size + p]!;
    const vq = vectors[k * size + q]!;
    vectors[k * size + p] = c * vp - s * vq;
    vectors[k * size + q] = s * vp + c * vq;
  }
}

function offDiagonal(matrix: Float64Array, size: number): number {
  let sum = 0;
  for (let p = 0; p < size; p++)
    for (let q = p + 1; q < size; q++) sum += matrix[p * size + q]! ** 2;
  return sum;
}

/**
 * Unit eigenvector of the largest eigenvalue of a small symmetric matrix, by cyclic Jacobi rotations.
 *
 * @param symmetric `[size, size]`; left as it is
 * @param size rows
 */
export function topEigenvector(symmetric: Float64Array, size: number): Float64Array {
  const matrix = symmetric.slice();
  const vectors = new Float64Array(size * size);
  let scale = 0;
  for (let i = 0; i < size; i++) vectors[i * size + i] = 1;
  for (const entry of matrix) scale += entry * entry;
  for (let sweep = 0; sweep < MAX_SWEEPS; sweep++) {
    if (offDiagonal(matrix, size) <= 1e-28 * scale) break;
    for (let p = 0; p < size; p++)
      for (let q = p + 1; q < size; q++) annihilate(matrix, vectors, [p, q, size]);
  }
  let top = 0;
  for (let i = 1; i < size; i++) if (matrix[i * size + i]! > matrix[top * size + top]!) top = i;
  return Float64Array.from({ length: size }, (_, row) => vectors[row * size + top]!);
}

import { FoldError } from '#errors';
import { broadcastShapes, formatShape } from '#tensor/shape';
import { makeTensor, type Tensor } from '#tensor/tensor';
import { add } from './elementwise.js';
import { reshape } from './layout.js';

interface MatmulOptions {
  /** Use `aᵀ` (last two axes). */
  readonly transposeA?: boolean;
  /** Use `bᵀ` (last two axes). */
  readonly transposeB?: boolean;
  /** Multiplies the product; free of cost. */
  readonly scale?: number;
  /** Whether both factors may be rounded to int8 where that was asked for. */
  readonly mayRound?: boolean;
}

/**
 * Matrix product of the last two axes; leading axes broadcast.
 *
 * @param a `[..., M, K]`
 * @param b `[..., K, P]`
 * @returns `[..., M, P]`
 * @throws {@link FoldError} `TENSOR_SHAPE`
 */
export function matmul(a: Tensor, b: Tensor, options: MatmulOptions = {}): Tensor {
  const { transposeA = false, transposeB = false, scale = 1, mayRound = false } = options;
  const [rows, inner] = matrixSizes(a, transposeA);
  const [innerB, columns] = matrixSizes(b, transposeB);
  if (inner !== innerB) {
    throw new FoldError(
      'TENSOR_SHAPE',
      `cannot multiply ${formatShape(a.shape)} by ${formatShape(b.shape)}: inner sizes ${inner} and ${innerB} differ`,
    );
  }
  const leading = broadcastShapes(a.shape.slice(0, -2), b.shape.slice(0, -2));
  return makeTensor<'matmul'>(
    { kind: 'matmul', transposeA, transposeB, scale, mayRound },
    [a, b],
    [...leading, rows, columns],
  );
}

function matrixSizes(x: Tensor, transposed: boolean): [number, number] {
  if (x.shape.length < 2) {
    throw new FoldError('TENSOR_SHAPE', `${formatShape(x.shape)} is not a matrix`);
  }
  const [rows, columns] = x.shape.slice(-2) as [number, number];
  return transposed ? [columns, rows] : [rows, columns];
}

/**
 * Affine map of the last axis: `x Wᵀ + b`.
 *
 * @param x `[..., I]`
 * @param weight `[O, I]`, as PyTorch stores it
 * @param bias `[O]`
 * @param options `mayRound` as in {@link matmul}
 * @returns `[..., O]`
 */
export function linear(
  x: Tensor,
  weight: Tensor,
  bias?: Tensor,
  { mayRound = false }: Pick<MatmulOptions, 'mayRound'> = {},
): Tensor {
  const rows = reshape(x, [-1, x.shape.at(-1)!]);
  const product = matmul(rows, weight, { transposeB: true, mayRound });
  const shifted = bias ? add(product, bias) : product;
  return reshape(shifted, [...x.shape.slice(0, -1), weight.shape[0]!]);
}

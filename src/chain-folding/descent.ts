const BETA1 = 0.9;
const BETA2 = 0.99;
/** Slopes much smaller than this are rounding errors: they must not decide where a coordinate goes. */
const LEAST_SLOPE = 1e-3;

/**
 * Gradient descent by Adam, with steps that shrink to nothing. Training has an Adam of its own (`training/optimise/adam.ts`),
 * whose rounding to 32 bits, decay and running means no chain needs.
 *
 * @source Kingma & Ba 2015, "Adam"
 */
export class Descent {
  readonly #numSteps: number;
  readonly #stepSize: number;
  readonly #mean: Float64Array;
  readonly #square: Float64Array;
  readonly #moves: Float64Array;
  #step = 0;

  /**
   * @param count coordinates
   * @param numSteps how many steps there will be
   * @param stepSize what the first step moves a coordinate by at most
   */
  constructor(count: number, numSteps: number, stepSize: number) {
    [this.#numSteps, this.#stepSize] = [numSteps, stepSize];
    this.#mean = new Float64Array(count);
    this.#square = new Float64Array(count);
    this.#moves = new Float64Array(count);
  }

  /**
   * What to move the coordinates by.
   *
   * @param slope derivative of the energy by the coordinates
   * @returns overwritten by each call
   */
  next(slope: Float64Array): Float64Array {
    const rate = this.#stepSize * (1 - this.#step / this.#numSteps);
    this.#step++;
    const [meanShare, squareShare] = [1 - BETA1 ** this.#step, 1 - BETA2 ** this.#step];
    for (let k = 0; k < slope.length; k++) {
      const mean = (this.#mean[k] = BETA1 * this.#mean[k]! + (1 - BETA1) * slope[k]!);
      const square = (this.#square[k] = BETA2 * this.#square[k]! + (1 - BETA2) * slope[k]! ** 2);
      this.#moves[k] =
        (-rate * (mean / meanShare)) / (Math.sqrt(square / squareShare) + LEAST_SLOPE);
    }
    return this.#moves;
  }
}

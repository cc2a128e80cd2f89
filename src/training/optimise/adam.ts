/** Settings of one step of Adam. */
export interface AdamOptions {
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** Share of each value that is lost a step, times the learning rate; 0 for offsets and scales. */
  readonly weightDecay: number;
  /** Gradients are scaled down to this norm over all parameters. */
  readonly maxGradientNorm: number;
  /** Share of the running mean that each step keeps. */
  readonly emaDecay: number;
}

/** One parameter while it is trained. */
export interface TrainedParameter {
  readonly values: Float32Array;
  /** Running mean of the gradient. */
  readonly firstMoment: Float32Array;
  /** Running mean of its square. */
  readonly secondMoment: Float32Array;
  /** Running mean of the values: what is evaluated and shipped. */
  readonly ema: Float32Array;
  /** Steps that have moved it, in all stages. */
  updates: number;
}

/** A parameter with no history. */
export function startTraining(values: Float32Array): TrainedParameter {
  return {
    values,
    firstMoment: new Float32Array(values.length),
    secondMoment: new Float32Array(values.length),
    ema: values.slice(),
    updates: 0,
  };
}

/** Euclidean norm over all gradients. */
export function globalNorm(gradients: Iterable<Float32Array>): number {
  let total = 0;
  for (const gradient of gradients) total += sumOfSquares(gradient);
  return Math.sqrt(total);
}

/** Four sums side by side: one alone waits for itself. */
function sumOfSquares(values: Float32Array): number {
  const end = values.length - (values.length % 4);
  let [a, b, c, d] = [0, 0, 0, 0];
  for (let i = 0; i < end; i += 4) {
    a += values[i]! * values[i]!;
    b += values[i + 1]! * values[i + 1]!;
    c += values[i + 2]! * values[i + 2]!;
    d += values[i + 3]! * values[i + 3]!;
  }
  for (let i = end; i < values.length; i++) a += values[i]! * values[i]!;
  return a + b + (c + d);
}

/** Adds one gradient to another, in place. */
export function addGradient(total: Float32Array, gradient: Float32Array): void {
  for (let i = 0; i < total.length; i++) total[i]! += gradient[i]!;
}

/** A young mean forgets its start faster: a fixed decay would keep the random start for long. */
export function emaDecayAt(updates: number, { emaDecay }: Pick<AdamOptions, 'emaDecay'>): number {
  return Math.min(emaDecay, (1 + updates) / (10 + updates));
}

/**
 * Moves one parameter along its gradient, in place.
 *
 * @param parameter what is moved
 * @param gradient of the loss, of the same shape
 * @param clip factor for the gradient
 * @param options see `AdamOptions`
 * @source Kingma & Ba 2014 "Adam"; Loshchilov & Hutter 2017 "AdamW"
 */
export function adamStep(
  parameter: TrainedParameter,
  gradient: Float32Array,
  clip: number,
  options: AdamOptions,
): void {
  const { values, firstMoment, secondMoment, ema } = parameter;
  const { learningRate, beta1, beta2, epsilon, weightDecay } = options;
  const updates = ++parameter.updates;
  const rate = (learningRate * Math.sqrt(1 - beta2 ** updates)) / (1 - beta1 ** updates);
  const keep = 1 - learningRate * weightDecay;
  const emaDecay = emaDecayAt(updates, options);
  for (let i = 0; i < values.length; i++) {
    const g = gradient[i]! * clip;
    const m = beta1 * firstMoment[i]! + (1 - beta1) * g;
    const v = beta2 * secondMoment[i]! + (1 - beta2) * g * g;
    firstMoment[i] = m;
    secondMoment[i] = v;
    const value = keep * values[i]! - (rate * m) / (Math.sqrt(v) + epsilon);
    values[i] = value;
    ema[i] = emaDecay * ema[i]! + (1 - emaDecay) * value;
  }
}

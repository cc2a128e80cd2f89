/** Mean; 0 of nothing. */
export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return values.length > 0 ? sum / values.length : 0;
}

/** Sums over pairs of numbers, from which means and correlation follow; sums of parts add up. */
export interface Moments {
  readonly count: number;
  readonly x: number;
  readonly y: number;
  readonly xx: number;
  readonly yy: number;
  readonly xy: number;
}

const NO_MOMENTS: Moments = { count: 0, x: 0, y: 0, xx: 0, yy: 0, xy: 0 };

/** Sums over two lists of the same length. */
export function momentsOf(xs: ArrayLike<number>, ys: ArrayLike<number>): Moments {
  const sums = { ...NO_MOMENTS, count: xs.length };
  for (let i = 0; i < xs.length; i++) {
    const [x, y] = [xs[i]!, ys[i]!];
    sums.x += x;
    sums.y += y;
    sums.xx += x * x;
    sums.yy += y * y;
    sums.xy += x * y;
  }
  return sums;
}

/** Sums over all parts. */
export function joinMoments(parts: readonly Moments[]): Moments {
  return parts.reduce(
    (a, b) => ({
      count: a.count + b.count,
      x: a.x + b.x,
      y: a.y + b.y,
      xx: a.xx + b.xx,
      yy: a.yy + b.yy,
      xy: a.xy + b.xy,
    }),
    NO_MOMENTS,
  );
}

/** Pearson's correlation, -1 to 1; 0 where one side does not vary. */
export function pearson({ count, x, y, xx, yy, xy }: Moments): number {
  const [varianceX, varianceY] = [count * xx - x * x, count * yy - y * y];
  const noise = 1e-12 * count;
  if (!(varianceX > noise * xx) || !(varianceY > noise * yy)) return 0;
  return (count * xy - x * y) / Math.sqrt(varianceX * varianceY);
}

/** One tenth of the cases, by rising prediction. */
export interface Decile {
  readonly count: number;
  readonly meanPredicted: number;
  readonly meanTrue: number;
}

/** Splits cases into tenths by their prediction; a calibrated prediction has equal means in each. */
export function calibration(predicted: ArrayLike<number>, truth: ArrayLike<number>): Decile[] {
  const order = Array.from({ length: predicted.length }, (_, i) => i);
  order.sort((a, b) => predicted[a]! - predicted[b]!);
  return Array.from({ length: 10 }, (_, tenth) => {
    const bound = (k: number) => Math.round((k * order.length) / 10);
    const members = order.slice(bound(tenth), bound(tenth + 1));
    return {
      count: members.length,
      meanPredicted: mean(members.map((i) => predicted[i]!)),
      meanTrue: mean(members.map((i) => truth[i]!)),
    };
  });
}

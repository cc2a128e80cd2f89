import { randomSource } from '../../../helpers/random.js';

/** CA atoms of a chain that turns at random, its steps 3.8 Å long: `[N, 3]`. */
export function walk(count: number, seed: number): Float64Array {
  const random = randomSource(seed);
  const points = new Float64Array(3 * count);
  for (let i = 1; i < count; i++) {
    const [height, turn] = [2 * random() - 1, 2 * Math.PI * random()];
    const width = Math.sqrt(1 - height * height);
    const step = [width * Math.cos(turn), width * Math.sin(turn), height];
    for (let k = 0; k < 3; k++) points[3 * i + k] = points[3 * i - 3 + k]! + 3.8 * step[k]!;
  }
  return points;
}

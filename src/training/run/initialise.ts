import type { Parameter, Parameters } from '#layers/parameters';
import { sizeOf, type Shape } from '#tensor/shape';
import type { Random } from '#training/data/random';

const EMBEDDING_DEVIATION = 0.1;

function deviation({ initialisation, tensor }: Parameter): number {
  const inputs = tensor.shape.at(-1)!;
  if (initialisation === 'lecun') return Math.sqrt(1 / inputs);
  if (initialisation === 'he') return Math.sqrt(2 / inputs);
  return EMBEDDING_DEVIATION;
}

function startValues(parameter: Parameter, random: Random): Float32Array {
  const { initialisation, tensor } = parameter;
  if (initialisation instanceof Float32Array) return initialisation.slice();
  const values = new Float32Array(sizeOf(tensor.shape));
  if (initialisation === 'zeros') return values;
  if (initialisation === 'ones') return values.fill(1);
  if (typeof initialisation === 'object') return values.fill(initialisation.constant);
  const scale = deviation(parameter);
  return values.map(() => scale * random.normal());
}

/**
 * Starting values for every parameter that is not known yet.
 *
 * @param parameters of the model
 * @param random advanced by what is drawn
 * @param known names that an earlier stage trained
 */
export function initialiseWeights(
  parameters: Parameters,
  random: Random,
  known: { has(name: string): boolean },
): Map<string, { shape: Shape; data: Float32Array }> {
  const weights = new Map<string, { shape: Shape; data: Float32Array }>();
  for (const [name, parameter] of parameters.all) {
    if (known.has(name)) continue;
    weights.set(name, { shape: parameter.tensor.shape, data: startValues(parameter, random) });
  }
  return weights;
}

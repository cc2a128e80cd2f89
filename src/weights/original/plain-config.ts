import { FoldError } from '#errors';
import { KnownGlobal, PlainObject, type PickleValue } from '#weights/torch/pickle-value';

/** A value as JSON has it. */
export type JsonValue =
  null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** The configurations of public checkpoints have some hundred values, eight levels deep. */
const MAX_VALUES = 10_000;
const MAX_DEPTH = 32;

/**
 * Turns a configuration from a pickle into plain JSON: namespaces and omegaconf containers become records,
 * types their names.
 *
 * @param value of the pickle
 * @param source what error messages call the file
 * @throws FoldError `PARSE_CHECKPOINT` for cycles, tensors and endless sharing
 */
export function plainConfig(value: PickleValue, source: string): JsonValue {
  let numValues = 0;
  const refuse = (problem: string): FoldError =>
    new FoldError('PARSE_CHECKPOINT', `${source}: the configuration ${problem}`);

  const convert = (from: PickleValue | undefined, depth: number): JsonValue => {
    if (++numValues > MAX_VALUES) throw refuse(`has more than ${MAX_VALUES} values`);
    if (depth > MAX_DEPTH) throw refuse(`is nested more than ${MAX_DEPTH} deep`);
    if (from === undefined || from === null) return null;
    if (typeof from === 'bigint') return Number(from);
    if (typeof from !== 'object') return from;
    if (Array.isArray(from)) return from.map((item) => convert(item, depth + 1));
    if (from instanceof Map) {
      const entries = [...from].map(([key, item]) => [keyText(key), convert(item, depth + 1)]);
      return Object.fromEntries(entries) as JsonValue;
    }
    if (from instanceof PlainObject) return convert(contentOf(from), depth);
    if (from instanceof KnownGlobal) return from.name;
    throw refuse('holds bytes or tensors');
  };

  const keyText = (key: PickleValue): string => {
    if (typeof key === 'string' || typeof key === 'number' || typeof key === 'boolean')
      return String(key);
    throw refuse('has a key that is neither text nor number');
  };

  return convert(value, 0);
}

/** What an object stands for: omegaconf keeps it in `_content` or `_val`, others in their attributes. */
export function contentOf(object: PlainObject): PickleValue | undefined {
  if (!object.className.startsWith('omegaconf.')) return object.attributes;
  const { attributes } = object;
  return attributes.has('_content') ? attributes.get('_content') : attributes.get('_val');
}

import { FoldError } from '#errors';

/** Reads fields of a `config.json` and says which one is wrong. */
export class ConfigFields {
  readonly #object: Readonly<Record<string, unknown>>;
  readonly #path: string;

  constructor(value: unknown, path = '') {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new FoldError('WEIGHTS_MISMATCH', `config.json: ${quoted(path)} must be an object`);
    }
    this.#object = value as Record<string, unknown>;
    this.#path = path;
  }

  object(name: string): ConfigFields {
    return new ConfigFields(this.#object[name], this.#nameOf(name));
  }

  /** A number of things or passes. */
  count(name: string, { least = 1, fallback }: { least?: number; fallback?: number } = {}): number {
    const value = this.#object[name] ?? fallback;
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= least) return value;
    throw this.#mustBe(name, `a whole number from ${least}`);
  }

  positive(name: string): number {
    const value = this.#object[name];
    if (typeof value === 'number' && Number.isFinite(value) && value > 0) return value;
    throw this.#mustBe(name, 'a number above 0');
  }

  /** Channels that are cut into equal heads. */
  dividesInto(name: string, parts: number, what: string): void {
    const value = this.#object[name] as number;
    if (value % parts !== 0) throw this.#mustBe(name, `a multiple of ${what}, ${parts}`);
  }

  /** Stops where a field that may be absent says something that we cannot do. */
  expect(name: string, supported: string | boolean | number, reason: string): void {
    const value = this.#object[name] ?? supported;
    if (value === supported) return;
    throw new FoldError(
      'WEIGHTS_MISMATCH',
      `config.json: ${quoted(this.#nameOf(name))} is ${JSON.stringify(value)}, not ${JSON.stringify(supported)}: ${reason}`,
    );
  }

  /** Stops where a list that may be absent is another one. */
  expectList(name: string, supported: readonly string[], reason: string): void {
    const value = this.#object[name];
    if (!Array.isArray(value)) return;
    const at = Array.from({ length: Math.max(value.length, supported.length) }).findIndex(
      (_, place) => value[place] !== supported[place],
    );
    if (at < 0) return;
    const [got, wanted] = [value[at] as unknown, supported[at]].map((one) =>
      one === undefined ? 'nothing' : JSON.stringify(one),
    );
    throw new FoldError(
      'WEIGHTS_MISMATCH',
      `config.json: "${this.#nameOf(name)}" has ${got!} in place ${at}, not ${wanted!}: ${reason}`,
    );
  }

  flag(name: string, fallback: boolean): boolean {
    const value = this.#object[name] ?? fallback;
    if (typeof value === 'boolean') return value;
    throw this.#mustBe(name, 'true or false');
  }

  #nameOf(name: string): string {
    return this.#path === '' ? name : `${this.#path}.${name}`;
  }

  #mustBe(name: string, what: string): FoldError {
    const value = this.#object[name];
    const got = value === undefined ? 'nothing' : JSON.stringify(value);
    return new FoldError(
      'WEIGHTS_MISMATCH',
      `config.json: ${quoted(this.#nameOf(name))} must be ${what}, got ${got}`,
    );
  }
}

function quoted(path: string): string {
  return path === '' ? 'the file' : `"${path}"`;
}

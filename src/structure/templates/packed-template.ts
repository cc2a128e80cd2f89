/**
 * @file A template as bytes, as stores and libraries keep it: about 2 bytes for each coordinate.
 *
 * Layout: the source, the chain and the numbers of residues, each as its length in a varint and UTF-8; the number of
 * residues and the units in an ångström as varints; a type a residue, one byte each; a mask of 14 bits a residue, two
 * bytes each, little-endian; then x, y and z of every known atom in whole units, each as the difference to the atom
 * before, as zigzag varints.
 */
import { FoldError } from '#errors';
import type { TemplateChain } from './template-chain.js';

/** Units in an ångström: PDB files are kept to their last digit, or to a tenth of what experiments resolve. */
export const TEMPLATE_PRECISION = { exact: 1000, compact: 100 } as const;

/** Residues beyond this are a damaged length; the longest known protein has 36,000. */
const MOST_RESIDUES = 1_000_000;
const NUM_SLOTS = 14;

/**
 * Writes a template as bytes.
 *
 * @param chain M residues
 * @param precision units in an ångström that coordinates are rounded to
 */
export function packTemplate(chain: TemplateChain, precision: number): Uint8Array<ArrayBuffer> {
  const { source, chainId, numbers, aatype, atom14, atom14Mask } = chain;
  const out = new ByteWriter();
  for (const text of [source, chainId, runsOf(numbers)]) out.text(text);
  out.varint(aatype.length);
  out.varint(precision);
  for (const type of aatype) out.byte(type);
  for (let residue = 0; residue < aatype.length; residue++) {
    let mask = 0;
    for (let slot = 0; slot < NUM_SLOTS; slot++)
      if (atom14Mask[NUM_SLOTS * residue + slot]) mask |= 1 << slot;
    out.byte(mask & 255);
    out.byte(mask >> 8);
  }
  const last = [0, 0, 0];
  for (let atom = 0; atom < atom14Mask.length; atom++) {
    if (!atom14Mask[atom]) continue;
    for (let axis = 0; axis < 3; axis++) {
      const place = Math.round(precision * atom14[3 * atom + axis]!);
      const step = place - last[axis]!;
      out.varint(step < 0 ? -2 * step - 1 : 2 * step);
      last[axis] = place;
    }
  }
  return out.bytes();
}

/**
 * Reads what {@link packTemplate} wrote.
 *
 * @throws FoldError `TEMPLATE_DAMAGED` for bytes that are cut short or no template
 */
export function unpackTemplate(bytes: Uint8Array): TemplateChain {
  const input = new ByteReader(bytes);
  const [source, chainId, runs] = [input.text(), input.text(), input.text()];
  const numResidues = input.varint();
  const precision = input.varint();
  if (numResidues > MOST_RESIDUES || precision === 0) throw damaged();
  const aatype = Uint8Array.from({ length: numResidues }, () => input.byte());
  const atom14Mask = new Uint8Array(NUM_SLOTS * numResidues);
  for (let residue = 0; residue < numResidues; residue++) {
    const mask = input.byte() | (input.byte() << 8);
    for (let slot = 0; slot < NUM_SLOTS; slot++)
      atom14Mask[NUM_SLOTS * residue + slot] = (mask >> slot) & 1;
  }
  const atom14 = new Float32Array(3 * atom14Mask.length);
  const last = [0, 0, 0];
  for (let atom = 0; atom < atom14Mask.length; atom++) {
    if (!atom14Mask[atom]) continue;
    for (let axis = 0; axis < 3; axis++) {
      const coded = input.varint();
      last[axis]! += coded % 2 === 1 ? -(coded + 1) / 2 : coded / 2;
      atom14[3 * atom + axis] = last[axis]! / precision;
    }
  }
  const numbers = numbersOf(runs);
  if (numbers.length !== numResidues) throw damaged();
  return { source, chainId, aatype, numbers, atom14, atom14Mask };
}

/** Residue numbers as `first:count` where they rise by one; `52A` alone. */
function runsOf(numbers: readonly string[]): string {
  const runs: string[] = [];
  for (let first = 0; first < numbers.length;) {
    const start = Number(numbers[first]);
    let count = 1;
    while (numbers[first + count] === String(start + count)) count++;
    runs.push(count === 1 ? numbers[first]! : `${start}:${count}`);
    first += count;
  }
  return runs.join(',');
}

function numbersOf(runs: string): string[] {
  if (runs === '') return [];
  return runs.split(',').flatMap((run) => {
    const [first, count] = run.split(':');
    if (count === undefined) return [run];
    if (!(Number(count) <= MOST_RESIDUES)) throw damaged();
    return Array.from({ length: Number(count) }, (_, i) => String(Number(first) + i));
  });
}

class ByteWriter {
  #bytes = new Uint8Array(1 << 12);
  #length = 0;

  byte(value: number): void {
    if (this.#length === this.#bytes.length) {
      const grown = new Uint8Array(2 * this.#length);
      grown.set(this.#bytes);
      this.#bytes = grown;
    }
    this.#bytes[this.#length++] = value;
  }

  varint(value: number): void {
    let rest = value;
    for (; rest > 127; rest = Math.floor(rest / 128)) this.byte((rest % 128) | 128);
    this.byte(rest);
  }

  text(text: string): void {
    const utf8 = new TextEncoder().encode(text);
    this.varint(utf8.length);
    for (const byte of utf8) this.byte(byte);
  }

  bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length);
  }
}

class ByteReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  byte(): number {
    const value = this.#bytes[this.#at++];
    if (value === undefined) throw damaged();
    return value;
  }

  varint(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.byte();
      value += (byte & 127) * scale;
      if (byte < 128) return value;
      if (scale > Number.MAX_SAFE_INTEGER) throw damaged();
    }
  }

  text(): string {
    const end = this.varint() + this.#at;
    const text = new TextDecoder().decode(this.#bytes.subarray(this.#at, end));
    this.#at = end;
    return text;
  }
}

function damaged(): FoldError {
  return new FoldError('TEMPLATE_DAMAGED', 'a stored template cannot be read: it is damaged', {
    hint: 'give the template again, or build the library again',
  });
}

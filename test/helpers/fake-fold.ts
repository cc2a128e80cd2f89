import { readFileSync } from 'node:fs';
import { parsePdb } from '#bio-pdb/pdb/reader';
import type { Prediction, PredictionRequest } from '#predict/prediction';
import { aatypeOf, sequenceOf } from '#sequence/amino-acids';
import { residuesFromStructure } from '#structure/from-bio-pdb';
import { ATOM14_MASK, CB_SLOT } from '#structure/residues/atoms';
import { randomSource } from './random.js';
import type { FakeHead } from './fake-predictor.js';

const DONOR = residuesFromStructure(
  parsePdb(readFileSync(new URL('../fixtures/web/1ema-a.pdb', import.meta.url), 'utf8'), '1ema-a'),
);
const DONOR_LENGTH = DONOR.aatype.length;
const CHAIN_SPACING = 45;

/** The sequence whose fake fold is a real structure with all its side chains. */
export const DONOR_SEQUENCE = sequenceOf(DONOR.aatype);

/**
 * A result that looks real: every chain runs along the backbone of green fluorescent protein, again from its start
 * where the chain is longer. pLDDT, PAE and attention are made up to fit the shape.
 */
export function fakeFold(
  { name, chains, numRecycles = 2 }: PredictionRequest,
  model = { name: 'codonfold-small', sha256: 'f'.repeat(64) },
): Prediction {
  const aatype = aatypeOf(chains.map(({ sequence }) => sequence).join(''));
  const n = aatype.length;
  const places = chains.flatMap(({ sequence }) => Array.from(sequence, (_, i) => i % DONOR_LENGTH));
  const chainIndex = chains.flatMap(({ sequence }, chain) => Array.from(sequence, () => chain));
  const atom14 = new Float32Array(42 * n);
  const atom14Mask = new Uint8Array(14 * n);
  for (let i = 0; i < n; i++)
    for (let slot = 0; slot < 14; slot++) {
      const donor = 14 * places[i]! + slot;
      const isSame = DONOR.aatype[places[i]!] === aatype[i];
      if (!DONOR.atom14Mask[donor] || (slot > CB_SLOT && !isSame)) continue;
      atom14Mask[14 * i + slot] = ATOM14_MASK[14 * aatype[i]! + slot]!;
      for (let axis = 0; axis < 3; axis++)
        atom14[42 * i + 3 * slot + axis] =
          DONOR.atom14[3 * donor + axis]! + (axis === 1 ? CHAIN_SPACING * chainIndex[i]! : 0);
    }
  const plddt = Float32Array.from(places, (place) => DONOR.bFactor[place]!);
  const distances = distancesOf(atom14, n);
  return {
    name,
    model,
    numRecycles,
    chains,
    aatype,
    chainIndex: Int32Array.from(chainIndex),
    residueNumber: Int32Array.from(chains.flatMap((c) => Array.from(c.sequence, (_, i) => i + 1))),
    atom14,
    atom14Mask,
    plddt,
    meanPlddt: plddt.reduce((sum, value) => sum + value, 0) / n,
    ptm: 0.83,
    pae: distances.map((distance, k) => {
      const doubt = (200 - plddt[Math.floor(k / n)]! - plddt[k % n]!) / 100;
      return Math.min(31.75, 0.4 + distance * (0.12 + 0.5 * doubt));
    }),
    maxPae: 31.75,
    contacts: distances.map((distance) => 1 / (1 + Math.exp(distance - 8))),
    embedding: Float32Array.from(
      { length: 20 },
      (_, type) => aatype.filter((each) => each === type).length / n,
    ),
  };
}

function distancesOf(atom14: Float32Array, n: number): Float32Array {
  const ca = (residue: number, axis: number): number => atom14[42 * residue + 3 + axis]!;
  return Float32Array.from({ length: n * n }, (_, k) => {
    const [i, j] = [Math.floor(k / n), k % n];
    return Math.hypot(...[0, 1, 2].map((axis) => ca(i, axis) - ca(j, axis)));
  });
}

/** Attention that likes contacts in even heads and neighbours in odd ones. */
export function fakeAttention(
  prediction: Prediction,
  { network, block, head }: FakeHead,
): Float32Array {
  const n = prediction.aatype.length;
  const noise = randomSource(block * 31 + head + (network === 'trunk' ? 0 : 1000));
  const weights = prediction.contacts.map((contact, k) => {
    const apart = Math.abs(Math.floor(k / n) - (k % n));
    const liked = head % 2 === 0 ? contact : Math.exp(-apart / 3);
    return liked + 0.04 * noise();
  });
  for (let row = 0; row < n; row++) {
    const sum = weights.subarray(row * n, (row + 1) * n).reduce((total, value) => total + value, 0);
    for (let column = 0; column < n; column++) weights[row * n + column]! /= sum;
  }
  return weights;
}

import { describe, expect, it } from 'vitest';
import { lddtAllAtom } from '#structure/comparison/lddt';
import { ATOM14_NAMES } from '#structure/residues/atoms';
import { RESIDUE_GEOMETRY } from '#structure/residues/residue-geometry.generated';
import type { ResidueAtoms } from '#structure/residues/residue-atoms';
import { RESIDUE_LETTERS } from '#sequence/amino-acids';
import { randomSource } from '../../../helpers/random.js';

const COUNT = 14;
/** Types of the truth and of the model, some of them others. */
const MIXED = ['DFLVYREGKAXHWF', 'DFLAYDEGRAEHWS'] as const;
/** All of them have atoms of which nobody can say which is the first. */
const SYMMETRIC = ['DFLVYREDFLVYRE', 'DFLVYREDFLVYRE'] as const;

type Point = readonly number[];

const typesOf = (letters: string): Uint8Array =>
  Uint8Array.from(letters, (letter) => RESIDUE_LETTERS.indexOf(letter));

/** The name that an atom may change its own with, if there is one. */
function otherName(aatype: number, name: string): string | undefined {
  const pair = RESIDUE_GEOMETRY[aatype]?.symmetric.find((names) => names.includes(name));
  return pair?.find((one) => one !== name);
}

/**
 * Residues with all their atoms at random within a few Å of centres that are up to 25 Å apart, some atoms unknown. The
 * model's are up to `noise` Å off.
 */
function randomStructures(
  seed: number,
  [truthLetters, modelLetters]: readonly [string, string] = MIXED,
  noise = 1.2,
): { model: ResidueAtoms; truth: ResidueAtoms } {
  const random = randomSource(seed);
  const [truthTypes, modelTypes] = [typesOf(truthLetters), typesOf(modelLetters)];
  const centres = Array.from({ length: 3 * COUNT }, () => 25 * random());
  const truth = new Float32Array(42 * COUNT);
  const model = new Float32Array(42 * COUNT);
  const [truthMask, modelMask] = [new Uint8Array(14 * COUNT), new Uint8Array(14 * COUNT)];
  for (let i = 0; i < COUNT; i++) {
    const swaps = random() < 0.5;
    const isGone = i === 6;
    for (const name of new Set([
      ...ATOM14_NAMES[truthTypes[i]!]!,
      ...ATOM14_NAMES[modelTypes[i]!]!,
    ])) {
      if (name === '') continue;
      const place = [0, 1, 2].map((k) => centres[3 * i + k]! + 5 * (random() - 0.5));
      const moved = place.map((x) => x + 2 * noise * (random() - 0.5) * random() * (i % 5));
      const slot = ATOM14_NAMES[truthTypes[i]!]!.indexOf(name);
      if (slot >= 0 && random() < 0.95 && !isGone) {
        truth.set(place, 42 * i + 3 * slot);
        truthMask[14 * i + slot] = 1;
      }
      const called = (swaps && otherName(modelTypes[i]!, name)) || name;
      const modelSlot = ATOM14_NAMES[modelTypes[i]!]!.indexOf(called);
      if (modelSlot >= 0 && random() < 0.95) {
        model.set(moved, 42 * i + 3 * modelSlot);
        modelMask[14 * i + modelSlot] = 1;
      }
    }
  }
  const rest = {
    chainIndex: new Int32Array(COUNT),
    residueIndex: Int32Array.from({ length: COUNT }, (_, i) => i),
  };
  return {
    model: { aatype: modelTypes, atom14: model, atom14Mask: modelMask, ...rest },
    truth: { aatype: truthTypes, atom14: truth, atom14Mask: truthMask, ...rest },
  };
}

const placesOf = ({ aatype, atom14, atom14Mask }: ResidueAtoms, residue: number) =>
  new Map<string, Point>(
    ATOM14_NAMES[aatype[residue]!]!.flatMap((name, slot) => {
      const atom = 14 * residue + slot;
      return atom14Mask[atom]! > 0
        ? [[name, [0, 1, 2].map((k) => atom14[3 * atom + k]!)] as const]
        : [];
    }),
  );

const apart = (a: Point | undefined, b: Point | undefined): number =>
  a && b ? Math.hypot(...a.map((x, k) => x - b[k]!)) : NaN;

const quarters = (error: number): number =>
  [0.5, 1, 2, 4].filter((threshold) => error <= threshold).length;

/** lDDT straight from its definition, with maps from names to places. */
function plainLddt(model: ResidueAtoms, truth: ResidueAtoms) {
  const residues = Array.from({ length: COUNT }, (_, i) => i);
  const real = residues.map((i) => placesOf(truth, i));
  const asNamed = residues.map((i) => placesOf(model, i));
  const exchanged = asNamed.map(
    (places, i) =>
      new Map([...places].map(([name, at]) => [otherName(model.aatype[i]!, name) ?? name, at])),
  );
  const keeps = (i: number, places: ReadonlyMap<string, Point>): number => {
    let kept = 0;
    for (const [name, place] of real[i]!) {
      if (otherName(model.aatype[i]!, name) === undefined) continue;
      for (const j of residues)
        for (const [anchor, at] of real[j]!) {
          if (j === i || otherName(truth.aatype[j]!, anchor) !== undefined) continue;
          const distance = apart(place, at);
          if (distance >= 15) continue;
          kept += quarters(Math.abs(distance - apart(places.get(name), asNamed[j]!.get(anchor))));
        }
    }
    return kept;
  };
  const best = residues.map((i) =>
    keeps(i, exchanged[i]!) > keeps(i, asNamed[i]!) ? exchanged[i]! : asNamed[i]!,
  );
  const numRenamed = best.filter((places, i) => places === exchanged[i]).length;
  const counts = residues.map((i) => {
    let [kept, pairs] = [0, 0];
    for (const j of residues)
      for (const [name, place] of real[i]!)
        for (const [other, at] of real[j]!) {
          const distance = apart(place, at);
          if (j === i || distance >= 15) continue;
          pairs++;
          kept += quarters(Math.abs(distance - apart(best[i]!.get(name), best[j]!.get(other)))) / 4;
        }
    return { kept, pairs };
  });
  const sum = (values: readonly number[]) => values.reduce((total, x) => total + x, 0);
  return {
    score: sum(counts.map(({ kept }) => kept)) / sum(counts.map(({ pairs }) => pairs)),
    perResidue: counts.map(({ kept, pairs }, i) =>
      pairs > 0 ? kept / pairs : Math.sign(real[i]!.size),
    ),
    mask: real.map((places) => Number(places.size > 0)),
    numRenamed,
  };
}

describe('lddtAllAtom', () => {
  it.each([
    ['whatever is missing, misnamed or of another type', MIXED, 1.2],
    ['where it is hard to say which names suit better', SYMMETRIC, 9],
  ] as const)('is what its definition says, %s', (_, letters, noise) => {
    let numRenamed = 0;
    for (let seed = 1; seed <= 6; seed++) {
      const { model, truth } = randomStructures(seed, letters, noise);
      const found = lddtAllAtom(model, truth);
      const expected = plainLddt(model, truth);
      numRenamed += expected.numRenamed;
      expect(found.score).toBeCloseTo(expected.score, 9);
      expect([...found.mask]).toEqual(expected.mask);
      for (const [i, score] of found.perResidue.entries())
        expect(score).toBeCloseTo(expected.perResidue[i]!, 6);
      const known = expected.perResidue.filter((_, i) => expected.mask[i] === 1);
      expect(found.mean).toBeCloseTo(known.reduce((sum, x) => sum + x, 0) / known.length, 6);
      expect(found.score).toBeGreaterThan(0.1);
      expect(found.score).toBeLessThan(0.95);
    }
    expect(numRenamed).toBeGreaterThan(10);
  });

  it('is 1 of nothing, and of the same', () => {
    const { truth } = randomStructures(7);
    expect(lddtAllAtom(truth, truth)).toMatchObject({ score: 1, mean: 1 });
    const unknown = { ...truth, atom14Mask: new Uint8Array(14 * COUNT) };
    const { score, mean, perResidue } = lddtAllAtom(truth, unknown);
    expect([score, mean, ...perResidue]).toEqual([1, 1, ...Array<number>(COUNT).fill(0)]);
  });
});

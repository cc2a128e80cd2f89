import { describe, expect, it } from 'vitest';
import { traceBackbone } from '#web/viewer/trace';
import { smallMolecule, type SmallResidue } from '../../helpers/small-molecule.js';

type Xyz = readonly [number, number, number];

const vectors = (values: Float32Array): number[][] =>
  Array.from({ length: values.length / 3 }, (_, i) => [...values.subarray(3 * i, 3 * i + 3)]);

function expectNear(actual: readonly number[], expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  for (const [k, x] of expected.entries()) expect(actual[k]).toBeCloseTo(x, 5);
}

/** CA atoms, with a C=O where a direction of it is given. */
const residue = (ca: Xyz, carbonyl?: Xyz, more: Partial<SmallResidue> = {}): SmallResidue => ({
  ...more,
  atoms: carbonyl
    ? { CA: ca, C: [7, 8, 9], O: [7 + carbonyl[0], 8 + carbonyl[1], 9 + carbonyl[2]] }
    : { CA: ca },
});

describe('the runs of traceBackbone', () => {
  const runs = (residues: readonly SmallResidue[]) =>
    traceBackbone(smallMolecule(residues)).map((trace) => trace.residues);

  it('go on over steps below 9 Å where numbers follow each other, below 4.6 Å where they jump', () => {
    const pair = (step: number, number: number) =>
      runs([
        residue([1, 2, 3], undefined, { number: 5 }),
        residue([1, 2 - step, 3], undefined, { number }),
      ]);
    expect(pair(8.99, 6)).toEqual([[0, 1]]);
    expect(pair(9.01, 6)).toEqual([[0], [1]]);
    expect(pair(4.59, 9)).toEqual([[0, 1]]);
    expect(pair(4.61, 9)).toEqual([[0], [1]]);
    expect(pair(4.61, 5)).toEqual([[0], [1]]);
    expect(pair(4.61, 4)).toEqual([[0], [1]]);
  });

  it('end with the chain, and where a residue has no CA', () => {
    const at = (x: number, more?: Partial<SmallResidue>) => residue([x, 0, 0], undefined, more);
    expect(runs([at(0), at(3), at(6, { chain: 1 }), at(9, { chain: 1 })])).toEqual([
      [0, 1],
      [2, 3],
    ]);
    const missing: SmallResidue = { atoms: { N: [3, 0, 0] } };
    expect(runs([missing, at(0), missing, at(3), at(6)])).toEqual([[1], [3, 4]]);
    expect(runs([])).toEqual([]);
  });
});

describe('the kinds of traceBackbone', () => {
  it('have no strand of one residue', () => {
    const kinds = (letters: string) =>
      traceBackbone(
        smallMolecule(
          Array.from(letters).map((letter, i) =>
            residue([3 * i, 0, 0], undefined, {
              kind: letter === 'E' ? 'strand' : letter === 'H' ? 'helix' : 'coil',
            }),
          ),
        ),
      )[0]!
        .kinds.map((kind) => kind.charAt(0))
        .join('');
    expect(kinds('E-EE-H-E')).toBe('ccsschcc');
    expect(kinds('EE-EEEHE')).toBe('sscssshc');
  });
});

describe('the points of traceBackbone', () => {
  const zigzag = (kinds: readonly SmallResidue['kind'][]) =>
    smallMolecule(
      kinds.map((kind, i) =>
        residue([3 * i, i % 2 ? 4 : 0, i === 2 ? 4 : 0], undefined, { kind: kind! }),
      ),
    );

  it('straighten strands by a quarter from each neighbour, and nothing else', () => {
    const [strand] = traceBackbone(zigzag(['coil', 'strand', 'strand', 'strand', 'coil']));
    expect(vectors(strand!.points)).toEqual([
      [0, 0, 0],
      [3, 4, 0],
      [6, 2, 2],
      [9, 4, 0],
      [12, 0, 0],
    ]);
    const [short] = traceBackbone(zigzag(['strand', 'strand', 'coil', 'helix', 'helix']));
    expect(vectors(short!.points)).toEqual([
      [0, 0, 0],
      [3, 4, 0],
      [6, 0, 4],
      [9, 4, 0],
      [12, 0, 0],
    ]);
    const [whole] = traceBackbone(zigzag(['strand', 'strand', 'strand', 'strand', 'strand']));
    expect(vectors(whole!.points)).toEqual([
      [0, 0, 0],
      [3, 2, 1],
      [6, 2, 2],
      [9, 2, 1],
      [12, 0, 0],
    ]);
  });
});

describe('the sides of traceBackbone', () => {
  const sides = (residues: readonly SmallResidue[]) =>
    vectors(traceBackbone(smallMolecule(residues))[0]!.sides);
  const half = Math.SQRT1_2;

  it('are across the chain along the C=O, turned about where the one before points the other way', () => {
    const found = sides([
      residue([0, 0, 0], [1, 2, 2]),
      residue([3, 0, 0], [5, -1, -1]),
      residue([6, 0, 0], [0, 0, 3]),
      residue([9, 0, 0], [-2, -3, 1]),
    ]);
    const size = Math.hypot(3, 1);
    for (const [i, expected] of [
      [0, half, half],
      [0, half, half],
      [0, 0, 1],
      [0, -3 / size, 1 / size],
    ].entries())
      expectNear(found[i]!, expected);
  });

  it('are measured against the line from the residue before to the one after', () => {
    // The chain turns: at the middle it goes along (1, 1, 0).
    const [, middle] = sides([
      residue([0, 0, 0], [0, 0, 1]),
      residue([4, 0, 0], [0, 3, 0]),
      residue([4, 4, 0], [0, 0, 1]),
    ]);
    expectNear(middle!, [-half, half, 0]);
    const [first, , last] = sides([
      residue([0, 0, 0], [1, 1, 0]),
      residue([4, 0, 0], [0, 0, 1]),
      residue([4, 4, 0], [1, 1, 0]),
    ]);
    expectNear(first!, [0, 1, 0]);
    expectNear(last!, [1, 0, 0]);
  });

  it('are at right angles to that line, whatever directions both have', () => {
    const places: Xyz[] = [
      [0, 0, 0],
      [1, 2, 3],
      [3, 5, 5],
      [6, 6, 6],
    ];
    const found = sides(places.map((place, i) => residue(place, [2 - i, 1 + i, 3])));
    for (const [i, side] of found.entries()) {
      const [from, to] = [places[Math.max(0, i - 1)]!, places[Math.min(3, i + 1)]!];
      expect(Math.hypot(...side)).toBeCloseTo(1, 5);
      expect(side.reduce((sum, x, k) => sum + x * (to[k]! - from[k]!), 0)).toBeCloseTo(0, 5);
    }
  });

  it('are averaged with those of the neighbours, 1, 2, 1, in helices and strands', () => {
    const carbonyls: Xyz[] = [
      [0, 1, 0],
      [0, 0, 1],
      [0, 1, 0],
      [0, 3, 4],
    ];
    const of = (kinds: readonly SmallResidue['kind'][]) =>
      sides(carbonyls.map((carbonyl, i) => residue([3 * i, 0, 0], carbonyl, { kind: kinds[i]! })));
    const plain = of(['helix', 'coil', 'helix', 'helix']);
    for (const [i, expected] of [
      [0, 1, 0],
      [0, 0, 1],
      [0, 1, 0],
      [0, 0.6, 0.8],
    ].entries())
      expectNear(plain[i]!, expected);
    const smooth = of(['helix', 'helix', 'helix', 'coil']);
    expectNear(smooth[1]!, [0, 0.5, 0.5]);
    expectNear(smooth[2]!, [0, 1, 0]);
    const all = of(['strand', 'strand', 'strand', 'strand']);
    expectNear(all[0]!, [0, 1, 0]);
    expectNear(all[2]!, [0, (2 + 0.6) / 4, (1 + 0.8) / 4]);
    expectNear(all[3]!, [0, 0.6, 0.8]);
  });

  it('are across the bend where CA is all that is known', () => {
    const found = sides([residue([0, 0, 0]), residue([3, 1, 0]), residue([6, 0, 0])]);
    // The first has no bend, so any right angle will do; the last goes on as the one before.
    expectNear(found[0]!, [1 / Math.sqrt(10), -3 / Math.sqrt(10), 0]);
    expectNear(found[2]!, found[1]!);
    // Along x and bent towards -y: x × (1, 1, 0) - (1, -1, 0) is along z.
    expectNear(found[1]!, [0, 0, 1]);
    const upwards = sides([residue([0, 0, 0]), residue([0, 3, 1]), residue([0, 6, -1])]);
    expectNear(upwards[1]!, [1, 0, 0]);
    const half = residue([3, 1, 0]);
    const withC = { ...half, atoms: { ...half.atoms, C: [5, 5, 5] as const } };
    expectNear(sides([residue([0, 0, 0]), withC, residue([6, 0, 0])])[1]!, [0, 0, 1]);
  });

  it('are at right angles to straight chains that say nothing', () => {
    const line = (direction: Xyz) =>
      sides([0, 1, 2].map((i) => residue(direction.map((x) => 3 * i * x) as unknown as Xyz)));
    for (const side of line([1, 0, 0])) expectNear(side, [0, -1, 0]);
    for (const side of line([0, 0, 1])) expectNear(side, [-1, 0, 0]);
    expectNear(sides([residue([5, 5, 5])])[0]!, [0, -1, 0]);
    // After a side is known, the residues that follow keep it.
    const [, second] = sides([residue([0, 0, 0], [0, 0, 1]), residue([3, 0, 0], [1, 0, 0])]);
    expectNear(second!, [0, 0, 1]);
  });
});

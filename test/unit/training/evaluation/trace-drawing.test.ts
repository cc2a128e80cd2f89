import { describe, expect, it } from 'vitest';
import { drawTraces } from '#training/evaluation/trace-drawing';

const SIDE = 200;
const black = () => [0, 0, 0] as const;

/** Places along x that are drawn, of a picture's coloured lines. */
function placesOf(svg: string): [number, number][] {
  return [...svg.matchAll(/M(\S+) (\S+)Q\S+ \S+ \S+ \S+" stroke="rgb/g)].map(([, x, y]) => [Number(x), Number(y)]); // prettier-ignore
}

/** A zigzag along z, 3.4 Å a step. */
const zigzag = Float32Array.from({ length: 3 * 11 }, (_, i) => {
  const residue = Math.floor(i / 3);
  return [residue % 2, 0, 3.4 * residue][i % 3]!;
});

/** Three and a third turns, right-handed. */
const helix = Float32Array.from({ length: 3 * 60 }, (_, i) => {
  const residue = Math.floor(i / 3);
  const turn = 0.35 * residue;
  return [4 * Math.cos(turn), 4 * Math.sin(turn), 1.2 * residue][i % 3]!;
});

describe('drawTraces', () => {
  it('turns the longest axis to lie across, and fills the square', () => {
    const { svg, scale } = drawTraces([{ positions: zigzag, colour: black }], SIDE);
    expect(scale).toBeCloseTo(SIDE / 34, 2);
    const places = placesOf(svg);
    expect(places).toHaveLength(11);
    for (const [x, y] of places) {
      expect(Math.abs(x)).toBeLessThanOrEqual(SIDE / 2 + 0.1);
      expect(Math.abs(y)).toBeLessThanOrEqual(scale);
    }
  });

  it('shows a right-handed helix right-handed: lying across, its near side falls to the right', () => {
    const { svg } = drawTraces([{ positions: helix, colour: black }], SIDE);
    // Nearest pieces are drawn last: of those, where the line goes within a residue.
    const near = [...svg.matchAll(/M(\S+) (\S+)Q\S+ \S+ (\S+) (\S+)" stroke="rgb/g)].slice(-9);
    for (const [, x, y, u, v] of near) {
      const slope = (Number(y) - Number(v)) / (Number(u) - Number(x));
      expect(slope).toBeLessThan(0);
    }
  });

  it('breaks the line where residues are missing', () => {
    const mask = new Uint8Array(11).fill(1);
    mask[5] = 0;
    const { svg } = drawTraces([{ positions: zigzag, mask, colour: black }], SIDE);
    expect(placesOf(svg)).toHaveLength(10);
    const ends = [...svg.matchAll(/Q(\S+ \S+) (\S+ \S+)" stroke="rgb/g)].filter(([, via, to]) => via === to); // prettier-ignore
    expect(ends).toHaveLength(2);
  });

  it('makes the furthest palest', () => {
    const { svg } = drawTraces([{ positions: helix, colour: black }], SIDE);
    const reds = [...svg.matchAll(/rgb\((\d+)/g)].map(([, red]) => Number(red));
    expect(reds[0]).toBeGreaterThan(reds.at(-1)!);
    expect(reds).toEqual([...reds].sort((a, b) => b - a));
  });
});

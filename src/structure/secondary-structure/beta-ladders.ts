import type { Backbone } from '#structure/backbone/backbone';
import { isBonded, type HydrogenBonds } from './hydrogen-bonds.js';

/** Consecutive bridges between two strands; residues `i` ascend, `j` ascend where parallel. */
export interface Ladder {
  readonly isParallel: boolean;
  /** First and last residue of the strand that comes first. */
  readonly i: [number, number];
  /** First and last residue of the other strand. */
  readonly j: [number, number];
  /** Whether it is a single bridge. */
  isSingle: boolean;
}

/** Longest side of a bulge that still joins two ladders, and the longest on the other side. */
const LONG_BULGE = 6;
const SHORT_BULGE = 3;

type Bridge = 'parallel' | 'antiparallel' | undefined;

function bridgeBetween(bonds: HydrogenBonds, i: number, j: number): Bridge {
  const bonded = (donor: number, acceptor: number) => isBonded(bonds, donor, acceptor);
  if ((bonded(i + 1, j) && bonded(j, i - 1)) || (bonded(j + 1, i) && bonded(i, j - 1)))
    return 'parallel';
  if ((bonded(i + 1, j - 1) && bonded(j + 1, i - 1)) || (bonded(j, i) && bonded(i, j)))
    return 'antiparallel';
  return undefined;
}

/** Adds the bridge i-j to the ladder that it continues, if there is one. */
function extend(ladders: Ladder[], bridge: Bridge, i: number, j: number): boolean {
  const ladder = ladders.find(
    (l) =>
      l.isParallel === (bridge === 'parallel') &&
      i === l.i[1] + 1 &&
      (l.isParallel ? j === l.j[1] + 1 : j === l.j[0] - 1),
  );
  if (!ladder) return false;
  ladder.i[1] = i;
  ladder.j[ladder.isParallel ? 1 : 0] = j;
  ladder.isSingle = false;
  return true;
}

/** Whether a short irregularity separates `later` from `first`, which begins no later, on both strands. */
function isBulge(first: Ladder, later: Ladder, stretch: Int32Array): boolean {
  if (first.isParallel !== later.isParallel) return false;
  const gapI = later.i[0] - first.i[1];
  const gapJ = first.isParallel ? later.j[0] - first.j[1] : first.j[0] - later.j[1];
  const isUnbroken = (a: [number, number], b: [number, number]) =>
    stretch[Math.min(a[0], b[0])] === stretch[Math.max(a[1], b[1])];
  return (
    isUnbroken(first.i, later.i) &&
    isUnbroken(first.j, later.j) &&
    gapI > 0 &&
    gapI < LONG_BULGE &&
    gapJ >= 0 &&
    ((gapJ < LONG_BULGE && gapI < SHORT_BULGE) || gapJ < SHORT_BULGE)
  );
}

/** @param ladders in the order of their first residues */
function joinOverBulges(ladders: Ladder[], { stretch }: Backbone): void {
  for (let first = 0; first < ladders.length; first++)
    for (let later = first + 1; later < ladders.length; later++) {
      const [a, b] = [ladders[first]!, ladders[later]!];
      if (!isBulge(a, b, stretch)) continue;
      a.i[1] = b.i[1];
      if (a.isParallel) a.j[1] = b.j[1];
      else a.j[0] = b.j[0];
      a.isSingle = false;
      ladders.splice(later, 1);
      later--;
    }
}

/**
 * Bridges between strands, joined to ladders and over bulges.
 *
 * @param backbone of one structure
 * @param bonds its hydrogen bonds
 * @source Kabsch & Sander 1983, "Dictionary of protein secondary structure"
 */
export function betaLadders(backbone: Backbone, bonds: HydrogenBonds): Ladder[] {
  const { count, stretch } = backbone;
  const hasNeighbours = (k: number): boolean => stretch[k - 1] === stretch[k + 1];
  const ladders: Ladder[] = [];
  for (let i = 1; i + 1 < count; i++) {
    if (!hasNeighbours(i)) continue;
    for (const j of bridgePartners(bonds, i)) {
      if (!hasNeighbours(j)) continue;
      const bridge = bridgeBetween(bonds, i, j);
      if (bridge === undefined || extend(ladders, bridge, i, j)) continue;
      ladders.push({ isParallel: bridge === 'parallel', i: [i, i], j: [j, j], isSingle: true });
    }
  }
  joinOverBulges(ladders, backbone);
  return ladders;
}

/** Residues after i + 2 that may be bridged with i: those that N-H of i or i + 1 are bonded to, and those behind them. */
function bridgePartners(bonds: HydrogenBonds, i: number): number[] {
  const partners = new Set<number>();
  for (const donor of [i, i + 1])
    for (const acceptor of bonds.acceptor.subarray(2 * donor, 2 * donor + 2))
      for (const j of [acceptor, acceptor + 1]) partners.add(j);
  return [...partners].filter((j) => j > i + 2).sort((a, b) => a - b);
}

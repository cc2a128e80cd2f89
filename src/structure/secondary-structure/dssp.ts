import { backboneOf, type Backbone } from '#structure/backbone/backbone';
import { angle, pointAt, subtract } from '#structure/geometry/vector3';
import type { ResidueAtoms } from '#structure/residues/residue-atoms';
import { betaLadders, type Ladder } from './beta-ladders.js';
import { hydrogenBondsOf, isBonded, type HydrogenBonds } from './hydrogen-bonds.js';

/** α-helix, bridge, strand, 3₁₀-helix, π-helix, turn, bend, none of these. */
type SecondaryStructure = 'H' | 'B' | 'E' | 'G' | 'I' | 'T' | 'S' | '-';

/** Degrees; the chain bends where it turns by more. */
const BEND = 70;

/** `[count]` for one turn length: 1 where the C=O bonds to the N-H that many residues later. */
function turnsOf({ stretch }: Backbone, bonds: HydrogenBonds, size: number): Uint8Array {
  return Uint8Array.from(stretch, (own, i) =>
    Number(own === stretch[i + size] && isBonded(bonds, i + size, i)),
  );
}

function isBend({ ca, stretch }: Backbone, i: number): boolean {
  if (stretch[i - 2] !== stretch[i + 2]) return false;
  const before = subtract(pointAt(ca, i), pointAt(ca, i - 2));
  const after = subtract(pointAt(ca, i + 2), pointAt(ca, i));
  return (angle(before, [0, 0, 0], after) * 180) / Math.PI > BEND;
}

function markLadders(states: SecondaryStructure[], ladders: readonly Ladder[]): void {
  for (const { i, j, isSingle } of ladders)
    for (const [first, last] of [i, j])
      for (let k = first; k <= last; k++) if (states[k] !== 'E') states[k] = isSingle ? 'B' : 'E';
}

/** Marks `size` residues from each two consecutive turns, where all they cover is one of `over`. */
function markHelices(
  states: SecondaryStructure[],
  turns: Uint8Array,
  helix: { size: number; state: SecondaryStructure; over: string },
): void {
  const { size, state, over } = helix;
  for (let i = 1; i < states.length; i++) {
    if (turns[i] === 0 || turns[i - 1] === 0) continue;
    if (states.slice(i, i + size).every((present) => over.includes(present)))
      states.fill(state, i, i + size);
  }
}

function assignStates(backbone: Backbone): SecondaryStructure[] {
  const bonds = hydrogenBondsOf(backbone);
  const states = Array<SecondaryStructure>(backbone.count).fill('-');
  const [turns3, turns4, turns5] = [3, 4, 5].map((size) => turnsOf(backbone, bonds, size)) as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ];
  markLadders(states, betaLadders(backbone, bonds));
  markHelices(states, turns4, { size: 4, state: 'H', over: 'HBEGITS-' });
  markHelices(states, turns3, { size: 3, state: 'G', over: '-G' });
  markHelices(states, turns5, { size: 5, state: 'I', over: '-IH' });
  const isInTurn = (i: number): boolean =>
    [turns3, turns4, turns5].some((turns, k) =>
      turns.subarray(Math.max(0, i - k - 2), i).includes(1),
    );
  return states.map((state, i) => {
    if (state !== '-') return state;
    return isInTurn(i) ? 'T' : isBend(backbone, i) ? 'S' : '-';
  });
}

/**
 * Secondary structure from the pattern of backbone hydrogen bonds, one letter a residue: H, B, E, G, I,
 * T, S and - for none. Residues without N, CA, C or O are -.
 *
 * @param residues one structure
 * @returns `[N]` letters
 * @throws FoldError `STRUCTURE_MISMATCH` when the arrays disagree on N
 * @source Kabsch & Sander 1983, "Dictionary of protein secondary structure"
 * @departs as DSSP 4, π-helices overrule α-helices; its polyproline helices stay -
 */
export function dssp(residues: ResidueAtoms): string {
  const backbone = backboneOf(residues);
  const states = Array<string>(residues.aatype.length).fill('-');
  assignStates(backbone).forEach((state, i) => (states[backbone.residue[i]!] = state));
  return states.join('');
}

/**
 * Reduces eight states to three: H for helices (H, G, I), E for strands (E, B), C for the rest.
 *
 * @param states letters of `dssp`
 */
export function threeStates(states: string): string {
  return states.replace(/[GI]/g, 'H').replace(/B/g, 'E').replace(/[^HE]/g, 'C');
}

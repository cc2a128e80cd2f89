import { CA_SLOT, CB_SLOT, C_SLOT, N_SLOT, O_SLOT } from '#structure/residues/atoms';
import { atomOffset, type TorsionChain } from './torsion-chain.js';

/** A turn and a shift, or a torque and a force, about the origin: three numbers each. */
const SPACE = 6;
/** Keeps the inertia of atoms in one line from being singular. */
const LEAST_INERTIA = 1e-9;

/**
 * How a torsion chain yields when its torsions are pulled at. A torsion that moves half of the chain is heavy, one that
 * turns a peptide plane is light, and neighbours that turn against each other are lighter than both: with this taken into
 * account, a step along the slope moves atoms as evenly as if each were pulled by itself.
 *
 * @source Featherstone 1983, "The calculation of robot dynamics using articulated-body inertias"; Jain, Vaidehi & Rodriguez
 *   1993, "A fast recursive algorithm for molecular dynamics simulation"
 */
export class TorsionInertia {
  /** `[2N]` */
  readonly #axes: readonly Float64Array[];
  /** `[2N, 6]` what turning about each axis alone takes, of all that lies beyond it. */
  readonly #loads: readonly Float64Array[];
  /** `[2N]` */
  readonly #resistance: Float64Array;
  /** `[2N]` */
  readonly #drive: Float64Array;
  /** `[6, 6]` of all atoms from the end of the chain on. */
  readonly #inertia = new Float64Array(SPACE * SPACE);
  readonly #recoil = new Float64Array(SPACE);
  readonly #ownInertia: number;

  /**
   * @param numResidues N
   * @param ownInertia Å²; what a torsion has beside that of the atoms, which weigh 1 each: the more, the less torsions
   *   differ
   */
  constructor(numResidues: number, ownInertia: number) {
    const vectors = () => Array.from({ length: 2 * numResidues }, () => new Float64Array(SPACE));
    [this.#axes, this.#loads] = [vectors(), vectors()];
    this.#resistance = new Float64Array(2 * numResidues);
    this.#drive = new Float64Array(2 * numResidues);
    this.#ownInertia = ownInertia;
  }

  /**
   * How the torsions of a free chain at rest begin to turn.
   *
   * @param chain placed
   * @param slope `[2N]` derivative of the energy by the torsions
   * @param turns `[2N]` written: minus the inverse of the inertia times the slope
   */
  yieldTo(chain: TorsionChain, slope: Float64Array, turns: Float64Array): void {
    const { atoms } = chain;
    this.#inertia.fill(0);
    this.#recoil.fill(0);
    for (let i = slope.length / 2 - 1; i >= 0; i--) {
      this.#addAtom(atoms, atomOffset(i, O_SLOT));
      this.#passTorsion(chain, 2 * i + 1, slope);
      this.#addAtom(atoms, atomOffset(i, C_SLOT));
      this.#addAtom(atoms, atomOffset(i, CB_SLOT));
      this.#passTorsion(chain, 2 * i, slope);
      this.#addAtom(atoms, atomOffset(i, CA_SLOT));
      this.#addAtom(atoms, atomOffset(i, N_SLOT));
    }
    const motion = solve(this.#inertia, this.#recoil).map((x) => -x);
    for (let torsion = 0; torsion < turns.length; torsion++) {
      const [axis, load] = [this.#axes[torsion]!, this.#loads[torsion]!];
      const turn = (this.#drive[torsion]! - dot(load, motion)) / this.#resistance[torsion]!;
      turns[torsion] = turn;
      for (let k = 0; k < SPACE; k++) motion[k]! += axis[k]! * turn;
    }
  }

  /** Adds the inertia of an atom of mass 1. */
  #addAtom(atoms: Float64Array, at: number): void {
    const [x, y, z] = [atoms[at]!, atoms[at + 1]!, atoms[at + 2]!];
    const [xx, yy, zz] = [x * x, y * y, z * z];
    // prettier-ignore
    const rows = [
      yy + zz, -x * y, -x * z, 0, -z, y,
      -x * y, xx + zz, -y * z, z, 0, -x,
      -x * z, -y * z, xx + yy, -y, x, 0,
      0, z, -y, 1, 0, 0,
      -z, 0, x, 0, 1, 0,
      y, -x, 0, 0, 0, 1,
    ];
    for (let k = 0; k < rows.length; k++) this.#inertia[k]! += rows[k]!;
  }

  /** Goes on to what lies before a torsion: what lies beyond it follows no longer where the torsion yields. */
  #passTorsion({ atoms, axes }: TorsionChain, torsion: number, slope: Float64Array): void {
    const [inertia, recoil] = [this.#inertia, this.#recoil];
    const [axis, load] = [this.#axes[torsion]!, this.#loads[torsion]!];
    const ca = atomOffset(torsion >> 1, CA_SLOT);
    const [x, y, z] = [atoms[ca]!, atoms[ca + 1]!, atoms[ca + 2]!];
    const [u, v, w] = [axes[3 * torsion]!, axes[3 * torsion + 1]!, axes[3 * torsion + 2]!];
    axis.set([u, v, w, y * w - z * v, z * u - x * w, x * v - y * u]);
    for (let row = 0; row < SPACE; row++) {
      let sum = 0;
      for (let k = 0; k < SPACE; k++) sum += inertia[SPACE * row + k]! * axis[k]!;
      load[row] = sum;
    }
    const resistance = (this.#resistance[torsion] = this.#ownInertia + dot(axis, load));
    const drive = (this.#drive[torsion] = -slope[torsion]! - dot(axis, recoil));
    for (let row = 0; row < SPACE; row++) {
      const share = load[row]! / resistance;
      recoil[row]! += share * drive;
      for (let k = 0; k < SPACE; k++) inertia[SPACE * row + k]! -= share * load[k]!;
    }
  }
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < SPACE; k++) sum += a[k]! * b[k]!;
  return sum;
}

/** Solves a symmetric, positive system by elimination. */
function solve(matrix: Float64Array, vector: Float64Array): Float64Array {
  const [rows, result] = [matrix.slice(), vector.slice()];
  for (let pivot = 0; pivot < SPACE; pivot++) {
    const size = (rows[(SPACE + 1) * pivot]! += LEAST_INERTIA);
    for (let row = pivot + 1; row < SPACE; row++) {
      const factor = rows[SPACE * row + pivot]! / size;
      for (let k = pivot; k < SPACE; k++) {
        rows[SPACE * row + k]! -= factor * rows[SPACE * pivot + k]!;
      }
      result[row]! -= factor * result[pivot]!;
    }
  }
  for (let row = SPACE - 1; row >= 0; row--) {
    for (let k = row + 1; k < SPACE; k++) result[row]! -= rows[SPACE * row + k]! * result[k]!;
    result[row]! /= rows[(SPACE + 1) * row]!;
  }
  return result;
}

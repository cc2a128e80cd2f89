/** @file Where each heavy atom of each residue type sits in the compact (14) and the fixed (37) layout. */
import { UNKNOWN_AATYPE } from '#sequence/amino-acids';
import { RESIDUE_GEOMETRY } from './residue-geometry.generated.js';

/** Residue types: 20 amino acids in the order ARNDCQEGHILKMFPSTWYV, then X. */
export const NUM_RESIDUE_TYPES = 21;
/** Slots that mean the same in every residue type but glycine, which has no CB. */
export const N_SLOT = 0;
export const CA_SLOT = 1;
export const C_SLOT = 2;
export const O_SLOT = 3;
export const CB_SLOT = 4;

const ATOMS_OF_UNKNOWN = ['N', 'CA', 'C', 'O', 'CB'];

/**
 * `[21][14]` atom names in the compact layout; '' where a residue type has no more atoms. X names the
 * five slots in which files may hold atoms, though no model places them (see `ATOM14_MASK`).
 *
 * @source AlphaFold2, alphafold/common/residue_constants.py
 */
export const ATOM14_NAMES: readonly (readonly string[])[] = [
  ...RESIDUE_GEOMETRY.map((residue) => residue.atoms.map(([name]) => name)),
  ATOMS_OF_UNKNOWN,
].map((names) => Array.from({ length: 14 }, (_, slot) => names[slot] ?? ''));

/** `[37]` atom names in the fixed layout. */
export const ATOM37_NAMES: readonly string[] =
  `N CA C CB O CG CG1 CG2 OG OG1 SG CD CD1 CD2 ND1 ND2 OD1 OD2 SD CE CE1 CE2 CE3
  NE NE1 NE2 OE1 OE2 CH2 NH1 NH2 OH CZ CZ2 CZ3 NZ OXT`.split(/\s+/);

/** `[21, 14]` slot in the fixed layout; 0 where there is no atom, so mask what is gathered. */
export const ATOM14_TO_ATOM37 = Int32Array.from(
  ATOM14_NAMES.flatMap((names) => names.map((name) => Math.max(0, ATOM37_NAMES.indexOf(name)))),
);

/** `[21, 37]` slot in the compact layout; 0 where there is no atom, so mask what is gathered. */
export const ATOM37_TO_ATOM14 = Int32Array.from(
  ATOM14_NAMES.flatMap((names) => ATOM37_NAMES.map((name) => Math.max(0, names.indexOf(name)))),
);

const placesAtoms = (aatype: number): boolean => aatype !== UNKNOWN_AATYPE;

/** `[21, 14]` 1 where a model places an atom; X has none, as in AlphaFold2 and ESMFold. */
export const ATOM14_MASK = Uint8Array.from(
  ATOM14_NAMES.flatMap((names, aatype) =>
    names.map((name) => Number(placesAtoms(aatype) && name !== '')),
  ),
);

/** `[21, 37]` 1 where a model places an atom; X has none. */
export const ATOM37_MASK = Uint8Array.from(
  ATOM14_NAMES.flatMap((names, aatype) =>
    ATOM37_NAMES.map((name) => Number(placesAtoms(aatype) && names.includes(name))),
  ),
);

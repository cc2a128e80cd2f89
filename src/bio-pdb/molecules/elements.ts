/** Symbol of atoms whose element the file does not tell. */
export const UNKNOWN_ELEMENT = 'X';

// In the order of the periodic table (IUPAC, 2016), after deuterium.
const SYMBOLS = new Set(
  `D H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se Br Kr
  Rb Sr Y Zr Nb Mo Tc Ru Rh Pd Ag Cd In Sn Sb Te I Xe Cs Ba La Ce Pr Nd Pm Sm Eu Gd Tb Dy Ho Er Tm Yb Lu
  Hf Ta W Re Os Ir Pt Au Hg Tl Pb Bi Po At Rn Fr Ra Ac Th Pa U Np Pu Am Cm Bk Cf Es Fm Md No Lr Rf Db Sg
  Bh Hs Mt Ds Rg Cn Nh Fl Mc Lv Ts Og`.split(/\s+/),
);

/**
 * Brings an element symbol to its usual case: `FE` → `Fe`.
 *
 * @param symbol in any case
 * @returns `X` where there is no such element
 */
export function normaliseElement(symbol: string): string {
  const usual = symbol.charAt(0).toUpperCase() + symbol.slice(1).toLowerCase();
  return SYMBOLS.has(usual) ? usual : UNKNOWN_ELEMENT;
}

/**
 * Infers the element where PDB columns 77-78 are blank. The symbol stands right-justified in the first two of the
 * four columns of the atom name, so ` CA ` is carbon and `CA  ` calcium; names of four characters shift left, so
 * `HG11` is hydrogen, and polymer residues hold no metals, so a `CA  ` of alanine is a carbon written carelessly.
 *
 * @param nameField the four columns 13-16, blanks included
 * @param inPolymer whether the residue is a standard amino acid or nucleotide
 * @returns `X` where no element fits
 */
export function inferElement(nameField: string, inPolymer: boolean): string {
  const twoLetters = nameField.slice(0, 2);
  const name = nameField.trim().replace(/^\d+/, '');
  const oneLetter = normaliseElement(name.charAt(0));
  if (inPolymer && oneLetter !== UNKNOWN_ELEMENT) return oneLetter;
  const isHydrogenOfFour = /^[HD]/.test(nameField) && nameField.trim().length === 4;
  if (/^[A-Za-z]{2}$/.test(twoLetters) && !isHydrogenOfFour) {
    const element = normaliseElement(twoLetters);
    if (element !== UNKNOWN_ELEMENT) return element;
  }
  return oneLetter;
}

import type { Molecule, SecondaryStructure } from '#web/molecule/molecule';

type Xyz = readonly [number, number, number];

/** A residue of {@link smallMolecule}: where its atoms lie, Å, and what else matters. */
export interface SmallResidue {
  /** By name; the first letter is the element. */
  readonly atoms: Readonly<Record<string, Xyz>>;
  readonly letter?: string;
  readonly chain?: number;
  /** One more than that before if absent. */
  readonly number?: number;
  readonly kind?: SecondaryStructure;
  readonly plddt?: number;
}

/** A molecule of given atoms, whose secondary structure need not follow from them. */
export function smallMolecule(residues: readonly SmallResidue[]): Molecule {
  const atoms = residues.flatMap(({ atoms }, residue) =>
    Object.entries(atoms).map(([name, at]) => ({ name, at, residue })),
  );
  const numbers: number[] = [];
  for (const { number } of residues) numbers.push(number ?? (numbers.at(-1) ?? 0) + 1);
  const chainIndex = Int32Array.from(residues, ({ chain = 0 }) => chain);
  const chains = [...new Set(chainIndex)].map((chain) => ({
    id: 'ABC'.charAt(chain),
    first: chainIndex.indexOf(chain),
    count: chainIndex.filter((of) => of === chain).length,
  }));
  const molecule: Omit<Molecule, 'residues'> = {
    name: 'small',
    chains,
    numResidues: residues.length,
    numAtoms: atoms.length,
    sequence: residues.map(({ letter = 'A' }) => letter).join(''),
    residueNames: residues.map(() => 'ALA'),
    chainIndex,
    residueNumber: Int32Array.from(numbers),
    plddt: Float32Array.from(residues, ({ plddt = 50 }) => plddt),
    secondary: residues.map(({ kind = 'coil' }) => kind),
    atomStart: Int32Array.from([...residues, undefined], (_, i) => {
      const first = atoms.findIndex(({ residue }) => residue >= i);
      return first < 0 ? atoms.length : first;
    }),
    alphaCarbon: Int32Array.from(residues, (_, i) =>
      atoms.findIndex(({ name, residue }) => name === 'CA' && residue === i),
    ),
    atomNames: atoms.map(({ name }) => name),
    elements: atoms.map(({ name }) => name.charAt(0)),
    residueOfAtom: Int32Array.from(atoms, ({ residue }) => residue),
    positions: Float32Array.from(atoms.flatMap(({ at }) => at)),
  };
  return molecule as Molecule;
}

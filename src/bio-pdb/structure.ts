/** @file A molecular structure as plain data: structure → models → chains → residues → atoms. Lengths are Å. */

/** What a structure file says, whichever format it came in. Only plain objects and arrays: `structuredClone` works. */
export interface Structure {
  /** Identifier such as `1UBQ`; empty where the file gives none. */
  readonly id: string;
  readonly title: string;
  /** What kind of thing it is, in the PDB's words: `HYDROLASE`, …; empty where the file does not say. */
  readonly classification: string;
  /** When it was deposited, as `YYYY-MM-DD`; empty where the file does not say. */
  readonly date: string;
  /** The distinct molecules; every residue names one of them. */
  readonly entities: readonly Entity[];
  /** At least one. Each holds the whole set of atoms again. */
  readonly models: readonly Model[];
  /** How a computed model was made; absent for experimental structures. Its presence makes mmCIF ModelCIF. */
  readonly modelling?: Modelling;
  /** What a reader had to assume, change or leave out; empty for structures that no file was read for. */
  readonly warnings: readonly StructureWarning[];
}

/** One way in which a file departs from its format, or in which a structure departs from its file. */
export interface StructureWarning {
  /** A sentence about the first place: what is there, and what was made of it. */
  readonly message: string;
  /** 1-based line of the first place. */
  readonly line: number;
  /** How many places are like it. */
  readonly count: number;
}

/** One distinct molecule; chains of equal sequence share an entity. */
export interface Entity {
  /** 1, 2, … as text, as in mmCIF. */
  readonly id: string;
  readonly kind: EntityKind;
  readonly description: string;
  /** Residue names of the whole polymer, seen or not, first to last; empty where `kind` is not `polymer`. */
  readonly sequence: readonly string[];
}

/** mmCIF's `_entity.type`. */
export type EntityKind = 'polymer' | 'non-polymer' | 'branched' | 'macrolide' | 'water';

/** One set of coordinates. */
export interface Model {
  readonly number: number;
  readonly name: string;
  readonly chains: readonly Chain[];
  /** Confidence of a computed model: pLDDT, pTM, PAE, …; empty for experimental structures. */
  readonly scores: readonly Score[];
}

/** All residues that the author calls by one chain letter: a polymer and the ligands and waters beside it. */
export interface Chain {
  /** As the author wrote it (mmCIF `auth_asym_id`); may be empty in PDB files. Unique within its model. */
  readonly id: string;
  readonly residues: readonly Residue[];
}

/** One residue, ligand or water. Residues that share a place in the chain differ in name and alternate location. */
export interface Residue {
  /** Component name: `ALA`, `DG`, `HOH`, … */
  readonly name: string;
  /** As the author wrote it (mmCIF `auth_seq_id`); may jump, repeat or be negative. */
  readonly number: number;
  /** A letter after the number, else empty. */
  readonly insertionCode: string;
  /** True for HETATM records: not a standard amino acid or nucleotide. */
  readonly hetero: boolean;
  /** mmCIF `label_asym_id`: unlike the chain's letter it differs for each polymer, ligand and chain's water. */
  readonly asymId: string;
  /** The entity this residue belongs to. */
  readonly entityId: string;
  /** 1-based place in the entity's sequence (mmCIF `label_seq_id`); null outside polymers. */
  readonly sequenceIndex: number | null;
  readonly atoms: readonly Atom[];
}

/** One atom, or one of its alternate locations. */
export interface Atom {
  readonly serial: number;
  /** `CA`, `OG1`, `H5''`, … without blanks. */
  readonly name: string;
  /** Symbol with its usual case: `C`, `Fe`; `X` where unknown. */
  readonly element: string;
  /** Alternate location letter; empty where there is one location only. */
  readonly altLoc: string;
  readonly x: number;
  readonly y: number;
  readonly z: number;
  /** 0-1 */
  readonly occupancy: number;
  /** Å², or pLDDT 0-100 in predicted structures. */
  readonly bFactor: number;
  /** Formal charge in electrons. */
  readonly charge: number;
}

/** How a computed model was made. */
export interface Modelling {
  readonly software: readonly Software[];
  /** In the order they were run. */
  readonly steps: readonly ModellingStep[];
  /** Known structures that the model was made after, the most important first. Written to mmCIF; readers leave them out. */
  readonly templates?: readonly ModellingTemplate[];
}

/** A chain of a known structure that a chain of the model was made after. */
export interface ModellingTemplate {
  /** Such as the name of its file. */
  readonly source: string;
  readonly chainId: string;
  /** Asym id of the chain of the model. */
  readonly targetAsymId: string;
  /** Letters of both from end to end, `-` in gaps. */
  readonly alignedTarget: string;
  readonly alignedTemplate: string;
  /** Share of aligned residues that are equal, 0-1. */
  readonly identity: number;
  /** Alignments as good that unrelated sequences would have. */
  readonly expectedByChance: number;
}

/** A program that took part. */
export interface Software {
  readonly name: string;
  /** Empty where unknown. */
  readonly version: string;
  readonly description: string;
  /** Where it can be found; empty where unknown. */
  readonly url: string;
}

/** One step of the work: `modeling` for the prediction itself. */
export interface ModellingStep {
  /** ModelCIF's `_ma_protocol_step.method_type`, such as `modeling` or `coevolution MSA`. */
  readonly method: string;
  readonly name: string;
  readonly details: string;
}

/** A confidence measure by the words of ModelCIF. */
export interface Metric {
  /** Such as `pLDDT` or `pTM`. */
  readonly name: string;
  /** One of ModelCIF's `_ma_qa_metric.type` values, such as `pLDDT`, `pTM` or `PAE`. */
  readonly type: string;
  readonly description: string;
}

/** Values of one metric on one model; told apart by `mode`. A model has each metric at most once in each mode. */
export type Score = GlobalScore | LocalScore | PairwiseScore;

/** One value for the whole model, such as pTM. */
export interface GlobalScore {
  readonly mode: 'global';
  readonly metric: Metric;
  readonly value: number;
}

/** One value for each of the residues, such as pLDDT. */
export interface LocalScore {
  readonly mode: 'local';
  readonly metric: Metric;
  readonly residues: readonly ResidueReference[];
  /** `[R]` beside `residues`. */
  readonly values: readonly number[];
}

/** One value for each of P ordered pairs of residues, such as PAE; not every pair need be given. */
export interface PairwiseScore {
  readonly mode: 'local-pairwise';
  readonly metric: Metric;
  readonly residues: readonly ResidueReference[];
  /** `[P]` index into `residues`. */
  readonly first: Uint32Array;
  /** `[P]` index into `residues`. */
  readonly second: Uint32Array;
  /** `[P]` */
  readonly values: Float64Array;
}

/** Names a residue of a polymer in the model. */
export interface ResidueReference {
  readonly asymId: string;
  readonly sequenceIndex: number;
  readonly residueName: string;
}

/** An ESM-2 language model by its number of parameters. */
export type Esm2Size = '8M' | '35M' | '150M' | '650M' | '3B';

/** A file of a published model. */
interface RegistryFile {
  /** Name in the model's folder. */
  readonly path: string;
  readonly url: string;
  /** The file is this member of the tar archive at the address. */
  readonly archiveMember?: string;
  /** Rounded, for information. */
  readonly gigabytes?: number;
  readonly sha256?: string;
}

/** A model that can be installed by its name. */
export interface RegistryModel {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly kind: 'folding' | 'language-model';
  /** How its files are laid out; `shipped` ones come with the package. */
  readonly layout: 'shipped' | 'huggingface' | 'original';
  readonly licence: string;
  readonly description: string;
  /** Which network it is, of those that have no language model. */
  readonly network?: 'alphafold2';
  /** The ESM-2 that it is, or stands on. */
  readonly languageModel?: Esm2Size;
  /** Of a folding model on an ESM-2. */
  readonly numBlocks?: number;
  /** Mean TM-scores, 0-1, as published. */
  readonly accuracy?: {
    readonly casp14TmScore?: number;
    readonly cameoTmScore: number;
    readonly source: string;
  };
  readonly files: readonly RegistryFile[];
  /** Estimate of the largest memory of a run, by number of residues; `data/models/generate.ts` writes it. */
  readonly memory: readonly { readonly numResidues: number; readonly megabytes: number }[];
}

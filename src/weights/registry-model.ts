/** An ESM-2 language model by its number of parameters. */
export type Esm2Size = '8M' | '35M' | '150M' | '650M' | '3B';

/** A file of a published model. */
export interface RegistryFile {
  /** Name in the model's folder. */
  readonly path: string;
  readonly url: string;
  /** The file is this member of the tar archive at the address. */
  readonly archiveMember?: string;
  /** 10^9 bytes, rounded to three digits; what is larger by more than rounding explains is not fetched. */
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
  readonly accuracy?: Accuracy;
  readonly files: readonly RegistryFile[];
  /** Extra passes that it makes where nobody says; of models that fold. `data/models/generate.ts` writes it, and what follows. */
  readonly numRecycles?: number;
  /** What runs of some lengths take on two cores, by estimate; with as deep an alignment as is read, where one is. */
  readonly runs: readonly EstimatedRun[];
  /** The same without an alignment, of models that read one. */
  readonly singleRuns?: readonly EstimatedRun[];
}

/** Mean TM-scores, 0-1; of public models as published. */
export interface Accuracy {
  readonly casp14TmScore?: number;
  readonly cameoTmScore?: number;
  /** Of chains that the model was not trained on, where it was measured on no public benchmark. */
  readonly heldOutTmScore?: number;
  readonly source: string;
}

/** Largest memory and time of a run. */
export interface EstimatedRun {
  readonly numResidues: number;
  readonly megabytes: number;
  /** Of models that fold. */
  readonly seconds?: number;
  /** What each recycle beyond the default adds; of models that fold. */
  readonly secondsPerRecycle?: number;
}

/** Twice what rounding to three digits takes off a size at most. */
const SIZE_MARGIN = 1.01;
/** Far more than the longest description takes: a list of some six hundred tensors. */
const MAX_DESCRIPTION_BYTES = 1e6;

/** Whether a file describes weights, as `config.json` and lists of shards do, and holds none itself. */
export function isDescription({ path }: RegistryFile): boolean {
  return path.endsWith('.json');
}

/** What a file has at most, in bytes; nothing where nothing is known. */
export function maxBytesOf(file: RegistryFile): number | undefined {
  if (isDescription(file)) return MAX_DESCRIPTION_BYTES;
  const { gigabytes } = file;
  return gigabytes === undefined ? undefined : Math.ceil(gigabytes * 1e9 * SIZE_MARGIN);
}

import type { TemplateUse } from '#architectures/family';
import type { Structure } from '#bio-pdb/structure';
import type { Confidence } from '#predict/files/confidence';
import type { CodonLink } from '#sequence/chain';
import type { Neighbour } from '#client/index';
import type { FileName } from '#predict/files/file-names';
import type { AttentionHead, AttentionOverview, MutantScore, RatedModel } from '../server/api.js';
import type { Molecule } from '../molecule/molecule.js';
import { readStructure } from '../molecule/read-structure.js';

/** A finished prediction as the text of its files: what is downloaded, kept offline and shown. */
export interface ResultFiles {
  readonly mmcif: string;
  readonly confidence: string;
  readonly pae: string;
}

/** Predicted aligned error: `values[i * N + j]` is that of residue j when aligned on residue i, Å. */
export interface AlignedError {
  readonly values: Float32Array;
  readonly max: number;
}

/** Where the files that a result has are: addresses that the browser can save from. */
export type FileAddresses = Readonly<Partial<Record<FileName, string>>>;

/** Where attention comes from; absent in a saved page. */
export interface AttentionSource {
  readonly overview: (signal: AbortSignal) => Promise<AttentionOverview>;
  /** `[N, N]` */
  readonly fetch: (head: AttentionHead, signal: AbortSignal) => Promise<Float32Array>;
}

/** Gives a template that a prediction may have been folded after. */
export type TemplateSource = (use: Pick<TemplateUse, 'source' | 'chainId'>) => Promise<Structure>;

/** The prediction that another is a mutant of. */
export interface Wildtype {
  readonly id: string;
  /** The chain that differs; absent where there is one. */
  readonly chain?: string;
  /** What a language model says of the mutant. */
  readonly score: (signal: AbortSignal) => Promise<MutantScore>;
}

/** A prediction ready to look at. */
export interface Result {
  readonly id: string;
  readonly molecule: Molecule;
  readonly confidence: Confidence;
  readonly alignedError: AlignedError;
  /** `[N]` the codon of each residue; undefined entries where the chain was given as protein. */
  readonly codons: readonly (CodonLink | undefined)[];
  readonly attention: AttentionSource | undefined;
  /** Models of the server that could fold it again; absent where there is no form to go to. */
  readonly models?: readonly RatedModel[];
  /** Asks for the most similar predictions of the same server; absent where there is none. */
  readonly neighbours?: (signal: AbortSignal) => Promise<readonly Neighbour[]>;
  /** Where templates come from; absent in a saved page. */
  readonly template?: TemplateSource;
  /** What this is a mutant of, where it was folded to be shown beside it. */
  readonly wildtype?: Wildtype;
  /** What is shown beside it from the start, PDB or mmCIF. */
  readonly reference?: { readonly name: string; readonly text: string };
  /** Where the server showed what a saved page holds. */
  readonly address?: string;
  readonly files: ResultFiles;
}

interface PaeDocument {
  readonly predicted_aligned_error: readonly (readonly number[])[];
  readonly max_predicted_aligned_error: number;
}

/** What people call it: the whole header line where there was one. */
export function titleOfResult({ confidence: { name, title = name } }: Result): string {
  return title;
}

/** Reads PAE as AlphaFold DB writes it. @throws SyntaxError for anything else */
function parseAlignedError(text: string): AlignedError {
  const parsed = JSON.parse(text) as PaeDocument | readonly PaeDocument[];
  const document = 'predicted_aligned_error' in parsed ? parsed : parsed[0]!;
  return {
    values: Float32Array.from(document.predicted_aligned_error.flat()),
    max: document.max_predicted_aligned_error,
  };
}

/**
 * Reads a result's files.
 *
 * @throws ParseError or SyntaxError when a file is damaged
 */
export function readResult(
  id: string,
  files: ResultFiles,
  attention: AttentionSource | undefined,
): Result {
  const confidence = JSON.parse(files.confidence) as Confidence;
  const molecule = { ...readStructure(files.mmcif, 'structure.cif'), name: confidence.name };
  const codons = confidence.chains.flatMap(({ sequence, codons: links }) =>
    Array.from(sequence, (_, i) => links?.[i]),
  );
  const alignedError = parseAlignedError(files.pae);
  return { id, molecule, confidence, alignedError, codons, attention, files };
}

/** @file The files that a prediction becomes; command line, server and page write the same ones. */
import { Zip, ZipDeflate } from 'fflate';
import { pdbChainNames } from '#bio-pdb/pdb/chain-name';
import { writeMmcif } from '#bio-pdb/mmcif/writer';
import { writePdb } from '#bio-pdb/pdb/writer';
import { FoldError } from '#errors';
import type { Prediction } from '#predict/prediction';
import type { Chain } from '#sequence/chain';
import { confidenceOf } from './confidence.js';
import { type FileName, savedName } from './file-names.js';
import { predictionToStructure } from './to-structure.js';

/** Bytes compressed at a stretch by {@link zipBundle}: a few milliseconds. */
const ZIP_PIECE = 1 << 16;

/**
 * Why chains have no place in the PDB format, whose chain names are single characters; undefined where they have one.
 * Known before anything is folded.
 */
export function pdbRefusal(chains: readonly Pick<Chain, 'id'>[]): FoldError | undefined {
  if (pdbChainNames(chains.map(({ id }) => id))) return undefined;
  return new FoldError(
    'STRUCTURE_UNWRITABLE',
    `${chains.length} chains are more than the PDB format has names for`,
    { hint: 'mmCIF takes any number of chains' },
  );
}

/**
 * The structure in PDB format, pLDDT in the B-factor column. Chains with longer names have one letter, see `pdbChainNames`;
 * COMPND says which.
 *
 * @throws FoldError `STRUCTURE_UNWRITABLE` where chains or atoms are too many for the format
 */
export function pdbText(prediction: Prediction): string {
  const refusal = pdbRefusal(prediction.chains);
  if (refusal) throw refusal;
  const names = pdbChainNames(prediction.chains.map(({ id }) => id))!;
  const structure = predictionToStructure(prediction);
  const models = structure.models.map((model) => ({
    ...model,
    chains: model.chains.map((chain, i) => ({ ...chain, id: names[i]! })),
  }));
  return writePdb({ ...structure, models });
}

/** The structure as ModelCIF, with per-residue pLDDT, mean pLDDT and pTM. */
export function mmcifText(prediction: Prediction): string {
  return writeMmcif(predictionToStructure(prediction));
}

/**
 * `confidence.json`: see `Confidence`.
 *
 * @param prediction N residues over all chains
 * @param warnings what the user should know about the input
 */
export function confidenceJson(prediction: Prediction, warnings: readonly string[] = []): string {
  return `${JSON.stringify(confidenceOf(prediction, warnings), null, 1)}\n`;
}

/**
 * `pae.json` as AlphaFold DB has it: integers in Å, `[i][j]` the error of residue j when aligned on residue i.
 *
 * @source AlphaFold DB, `AF-*-predicted_aligned_error_v4.json`
 */
export function paeJson({ pae, maxPae, aatype: { length: numResidues } }: Prediction): string {
  const rows = Array.from({ length: numResidues }, (_, i) => {
    const row = pae.subarray(i * numResidues, (i + 1) * numResidues);
    return `[${integers(row).join(',')}]`;
  });
  return `[{"predicted_aligned_error":[${rows.join(',')}],"max_predicted_aligned_error":${maxPae}}]\n`;
}

const WRITERS = {
  'structure.pdb': pdbText,
  'structure.cif': mmcifText,
  'confidence.json': confidenceJson,
  'pae.json': paeJson,
} as const satisfies Record<TextFileName, unknown>;

/** Name of a result file that is text. */
export type TextFileName = Exclude<FileName, 'bundle.zip'>;

/**
 * One result file as UTF-8.
 *
 * @param warnings what the user should know about the input
 * @throws FoldError `STRUCTURE_UNWRITABLE` for a PDB of too many chains
 */
export function textFile(
  prediction: Prediction,
  name: TextFileName,
  warnings: readonly string[],
): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(WRITERS[name](prediction, warnings));
}

/** All result files that can be written, in the order of an archive: no PDB where chains are too many for it. */
export function textFiles(prediction: Prediction, warnings: readonly string[]): TextFiles {
  const names = (Object.keys(WRITERS) as TextFileName[]).filter(
    (name) => name !== 'structure.pdb' || pdbRefusal(prediction.chains) === undefined,
  );
  return Object.fromEntries(
    names.map((name) => [name, textFile(prediction, name, warnings)]),
  ) as unknown as TextFiles;
}

/** Result files as UTF-8, by name. */
export type TextFiles = Readonly<
  Record<Exclude<TextFileName, 'structure.pdb'>, Uint8Array<ArrayBuffer>> &
    Partial<Record<'structure.pdb', Uint8Array<ArrayBuffer>>>
>;

function integers(values: Float32Array): Int32Array {
  return Int32Array.from(values, Math.round);
}

/**
 * One zip archive of result files, in a folder of the record's name. Other work goes on while it compresses.
 *
 * @param record its name
 * @param files contents by file name
 * @param madeAt when the prediction was made, which the files are dated by
 */
export async function zipBundle(
  record: string,
  files: TextFiles,
  madeAt: Date,
): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = [];
  const archive = new Zip((error, part) => {
    if (error) throw error;
    parts.push(part);
  });
  for (const [name, bytes] of Object.entries(files)) {
    const path = `${record}/${savedName(record, name as TextFileName)}`;
    const entry = new ZipDeflate(path, { level: 6 });
    entry.mtime = madeAt;
    archive.add(entry);
    for (let at = 0; at < bytes.length; at += ZIP_PIECE) {
      entry.push(bytes.subarray(at, at + ZIP_PIECE), at + ZIP_PIECE >= bytes.length);
      await new Promise((resolve) => setTimeout(resolve));
    }
  }
  archive.end();
  return joined(parts);
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

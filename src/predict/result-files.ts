/** @file The files that a prediction becomes; command line, server and page write the same ones. */
import { writeMmcif } from '#bio-pdb/mmcif-writer';
import { writePdb } from '#bio-pdb/pdb-writer';
import { FoldError } from '#errors';
import type { Chain } from '#sequence/chain';
import { Zip, ZipDeflate } from 'fflate';
import { confidenceOf } from './confidence.js';
import type { Prediction } from './prediction.js';
import { predictionToStructure } from './to-structure.js';

/** Bytes compressed at a stretch by {@link zipBundle}: a few milliseconds. */
const ZIP_PIECE = 1 << 16;

/**
 * Why chains have no place in the PDB format, whose chain names are single characters; undefined where they have one.
 * Known before anything is folded.
 */
export function pdbRefusal(chains: readonly Pick<Chain, 'id'>[]): FoldError | undefined {
  if (chains.every(({ id }) => id.length === 1)) return undefined;
  return new FoldError(
    'STRUCTURE_UNWRITABLE',
    `${chains.length} chains are more than the PDB format has names for`,
    { hint: 'mmCIF takes any number of chains' },
  );
}

/**
 * The structure in PDB format, pLDDT in the B-factor column.
 *
 * @throws FoldError `STRUCTURE_UNWRITABLE` where chains or atoms are too many for the format
 */
export function pdbText(prediction: Prediction): string {
  const refusal = pdbRefusal(prediction.chains);
  if (refusal) throw refusal;
  return writePdb(predictionToStructure(prediction));
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

function integers(values: Float32Array): Int32Array {
  return Int32Array.from(values, Math.round);
}

/**
 * One zip archive of result files, in a folder of the given name. Other work goes on while it compresses.
 *
 * @param folder safe as a file name
 * @param files contents by file name
 */
export async function zipBundle(
  folder: string,
  files: Readonly<Record<string, Uint8Array>>,
): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = [];
  const archive = new Zip((error, part) => {
    if (error) throw error;
    parts.push(part);
  });
  for (const [name, bytes] of Object.entries(files)) {
    const entry = new ZipDeflate(`${folder}/${name}`, { level: 6 });
    entry.mtime = new Date(1980, 0, 2); // the same result gives the same bytes
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

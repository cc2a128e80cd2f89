/** @file What the files of a result are called, and what they hold: the same on every way out of the program. */

/** Media types of a result's files. The REST API addresses the files by these names. */
export const FILE_TYPES = {
  'structure.pdb': 'chemical/x-pdb',
  'structure.cif': 'chemical/x-mmcif',
  'confidence.json': 'application/json',
  'pae.json': 'application/json',
  'bundle.zip': 'application/zip',
} as const;

/** Name of a result's file. */
export type FileName = keyof typeof FILE_TYPES;

/** All files of a result, in the order in which they are listed. */
export const FILE_NAMES = Object.keys(FILE_TYPES) as readonly FileName[];

const ENDINGS: Readonly<Record<FileName, string>> = {
  'structure.pdb': '.pdb',
  'structure.cif': '.cif',
  'confidence.json': '.confidence.json',
  'pae.json': '_predicted_aligned_error_v1.json',
  'bundle.zip': '.zip',
};

/**
 * What a result file is called where it is kept: by the command line, in archives, and as a download. No two records
 * share one, since the endings differ, and record names do.
 *
 * @param record name of the record
 */
export function savedName(record: string, file: FileName): string {
  return record + ENDINGS[file];
}

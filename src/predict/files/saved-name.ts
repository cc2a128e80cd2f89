const ENDINGS = {
  'structure.pdb': '.pdb',
  'structure.cif': '.cif',
  'confidence.json': '.confidence.json',
  'pae.json': '_predicted_aligned_error_v1.json',
  'bundle.zip': '.zip',
} as const;

/** The files of a result by what they are; the REST API addresses them by these names. */
export type ResultFileName = keyof typeof ENDINGS;

/**
 * What a result file is called where it is kept: by the command line, in archives, and as a download. No two records
 * share one, since the endings differ, and record names do.
 *
 * @param record name of the record
 */
export function savedName(record: string, file: ResultFileName): string {
  return record + ENDINGS[file];
}

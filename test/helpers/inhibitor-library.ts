/** @file Pancreatic trypsin inhibitor as an entry of the PDB, in a library and packed, and a relative of it. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { writeMmcif } from '#bio-pdb/mmcif/writer';
import { parsePdb } from '#bio-pdb/pdb/reader';
import { buildLibrary } from '#template-search/build-library';

/** PDB text of chain A of 5PTI. */
export const INHIBITOR = readFileSync('test/fixtures/structure/5pti-a.pdb', 'utf8');
/** Its sequence. */
export const INHIBITOR_SEQUENCE = 'RPDFCLEPPYTGPCKARIIRYFYNAKAGLCQTFVYGGCRAKRNNFKSAEDCMRTCGGA';
/** PDB text of a protein that is not related to it. */
export const UNRELATED = readFileSync('test/fixtures/structure/2hbb-a.pdb', 'utf8');
/** The Kunitz domain of the amyloid precursor protein. */
export const RELATIVE = 'EVCSEQAETGPCRAMISRWYFDVTEGKCAPFFYGGCGGNRNNFDTEEYCMAVCGSA';

/** The inhibitor as RCSB's file server sends it. */
export function inhibitorEntry(): Buffer {
  return gzipSync(writeMmcif({ ...parsePdb(INHIBITOR), id: '5PTI' }));
}

/**
 * Builds a library of the inhibitor and of the protein that is not related.
 *
 * @param folder that it is made in
 * @param structure of the inhibitor, as PDB text
 */
export async function buildInhibitorLibrary(
  folder: string,
  structure = INHIBITOR,
): Promise<string> {
  const mirror = join(folder, 'mirror');
  mkdirSync(mirror, { recursive: true });
  writeFileSync(join(mirror, '5pti.cif'), writeMmcif({ ...parsePdb(structure), id: '5PTI' }));
  writeFileSync(join(mirror, '2hbb.cif'), writeMmcif({ ...parsePdb(UNRELATED), id: '2HBB' }));
  const path = join(folder, 'pdb.library');
  await buildLibrary(mirror, path, {
    numProcesses: 1,
    signal: new AbortController().signal,
    onProgress: () => undefined,
  });
  return path;
}

import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { messageOf } from '#errors';
import { parseStructure } from '#bio-pdb/parse-structure';
import { isGzip } from '#gzip/gunzip';
import { sequenceOf } from '#sequence/amino-acids';
import { residuesFromStructure } from '#structure/from-bio-pdb';
import { packTemplate, TEMPLATE_PRECISION } from '#structure/templates/packed-template';
import { templateChains } from '#structure/templates/template-chain';
import { entryFacts } from './entry-facts.js';
import { encodeBlock } from './library-format.js';

const unpack = promisify(gunzip);
/** Unpacked; as structures are read. */
const MOST_BYTES = 500_000_000;
/** Peptides of fewer residues are no templates: no search finds them beyond doubt. */
const LEAST_RESIDUES = 20;

/** A structure file of a folder. */
export interface EntryFile {
  /** Where it is. */
  readonly file: string;
  /** The same within the folder. */
  readonly path: string;
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly changed: number;
}

/** The block of a structure file; one that tells the reason where the file cannot be used. */
export async function readEntry({ file, ...entry }: EntryFile): Promise<Buffer> {
  try {
    const bytes = await readFile(file);
    const plain = isGzip(bytes) ? await unpack(bytes, { maxOutputLength: MOST_BYTES }) : bytes;
    const text = plain.toString('utf8');
    const structure = parseStructure(text, entry.path);
    const facts = entryFacts(text, structure, basename(file));
    const chains = templateChains(residuesFromStructure(structure), facts.id).filter(
      ({ aatype }) => aatype.length >= LEAST_RESIDUES,
    );
    const packed = chains.map((chain) => packTemplate(chain, TEMPLATE_PRECISION.compact));
    const listed = chains.map(({ chainId, aatype }, index) => ({
      id: chainId,
      sequence: sequenceOf(aatype),
      bytes: packed[index]!.length,
    }));
    return encodeBlock({ ...entry, facts, chains: listed }, packed);
  } catch (error) {
    const problem = messageOf(error);
    return encodeBlock({ ...entry, problem, chains: [] }, []);
  }
}

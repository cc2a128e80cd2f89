/** @file Reads mmCIF: identity, molecules and coordinates, with ModelCIF's confidence where there is any. */

import { ParseError } from '#errors';
import { readAtomSites } from './atom-site-reader.js';
import type { CifBlock } from '#bio-pdb/cif/block';
import { readCif } from '#bio-pdb/cif/reader';
import { assignEntities, NOTHING_DECLARED } from '#bio-pdb/molecules/entities';
import { readEntities } from './entity-reader.js';
import { readModelling, readModelNames, readScores } from './modelcif-reader.js';
import type { Structure } from '#bio-pdb/structure';

/**
 * Reads the first block that has atoms. Author's names (`auth_*`) become chain names and residue numbers, labels
 * (`label_*`) asym ids and places in sequences; where a file gives only one of them it stands for the other.
 *
 * @param text the file
 * @param source its name, for error messages
 * @throws ParseError `PARSE_MMCIF` with the line
 */
export function parseMmcif(text: string, source = 'mmCIF'): Structure {
  const block = readCif(text, source).find((candidate) => candidate.category('_atom_site'));
  const sites = block?.category('_atom_site');
  if (block === undefined || sites === undefined || sites.numRows === 0) {
    throw new ParseError('PARSE_MMCIF', 'no atoms (_atom_site)', { source, line: 1 });
  }
  const { models, hasEntities } = readAtomSites(sites);
  const entities = hasEntities
    ? readEntities(block, models)
    : assignEntities(models, NOTHING_DECLARED);
  const names = readModelNames(block);
  const scores = readScores(block);
  const modelling = readModelling(block);
  return {
    id: block.single('_entry.id') ?? block.name,
    title: readTitle(block),
    entities,
    models: models.map(({ number, chains }) => ({
      number,
      name: names.get(number) ?? '',
      chains: chains.map(({ id, residues }) => ({ id, residues })),
      scores: scores.get(number) ?? [],
    })),
    ...(modelling && { modelling }),
  };
}

function readTitle(block: CifBlock): string {
  return block.single('_struct.title') ?? '';
}

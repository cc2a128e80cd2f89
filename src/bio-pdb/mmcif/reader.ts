/** @file Reads mmCIF: identity, molecules and coordinates, with ModelCIF's confidence where there is any. */

import { ParseError } from '#errors';
import type { CifBlock, CifCategory } from '#bio-pdb/cif/block';
import { lineOfOffset, readCif } from '#bio-pdb/cif/reader';
import { finishedChains } from '#bio-pdb/molecules/draft';
import type { DraftModel } from '#bio-pdb/molecules/draft';
import { assignEntities, NOTHING_DECLARED } from '#bio-pdb/molecules/entities';
import type { Entity, Structure } from '#bio-pdb/structure';
import { Warnings } from '#bio-pdb/warnings';
import { readAtomSites } from './atom-site-reader.js';
import { labelByAsym, namesEntityKinds, readEntities } from './entity-reader.js';
import { ModelNumbers } from './model-numbers.js';
import { readModelling, readModelNames, readScores } from './modelcif-reader.js';

/**
 * Reads the first block that has atoms. Author's names (`auth_*`) become chain names and residue numbers, labels
 * (`label_*`) asym ids and places in sequences; where a file gives only one of them it stands for the other. What had
 * to be assumed, changed or left out is in `warnings`.
 *
 * @param text the file
 * @param source its name, for error messages
 * @throws ParseError `PARSE_MMCIF` with the line
 */
export function parseMmcif(text: string, source = 'mmCIF'): Structure {
  const warnings = new Warnings((offset) => lineOfOffset(text, offset));
  const { block, sites } = blockOfAtoms(readCif(text, source), source, warnings);
  const modelNumbers = new ModelNumbers();
  const { models, ...labels } = readAtomSites(sites, { modelNumbers, warnings });
  const entities = entitiesOf(block, { models, ...labels, warnings });
  const names = readModelNames(block, modelNumbers);
  const scores = readScores(block, modelNumbers);
  const modelling = readModelling(block);
  return {
    id: block.single('_entry.id') ?? block.name,
    title: block.single('_struct.title') ?? '',
    classification: block.single('_struct_keywords.pdbx_keywords') ?? '',
    date: block.single('_pdbx_database_status.recvd_initial_deposition_date') ?? '',
    entities,
    models: models.map((model) => ({
      number: model.number,
      name: names.get(model.number) ?? '',
      chains: finishedChains(model),
      scores: scores.get(model.number) ?? [],
    })),
    ...(modelling && { modelling }),
    warnings: warnings.list(),
  };
}

function blockOfAtoms(
  blocks: readonly CifBlock[],
  source: string,
  warnings: Warnings,
): { block: CifBlock; sites: CifCategory } {
  const [found, ...further] = blocks.flatMap((block) => {
    const sites = block.category('_atom_site');
    return sites && sites.numRows > 0 ? [{ block, sites }] : [];
  });
  if (found === undefined) {
    throw new ParseError('PARSE_MMCIF', 'no atoms (_atom_site)', { source, line: 1 });
  }
  for (const { block, sites } of further) {
    warnings.add('further-block', sites.require('Cartn_x').offset(0), () => {
      return `data_${block.name} has atoms too; only those of data_${found.block.name} are read`;
    });
  }
  return found;
}

function entitiesOf(
  block: CifBlock,
  {
    models,
    hasEntities,
    hasPlaces,
    warnings,
  }: { models: DraftModel[]; hasEntities: boolean; hasPlaces: boolean; warnings: Warnings },
): Entity[] {
  // Where nothing tells polymers from ligands, the residues must.
  if (!hasPlaces && !(hasEntities && namesEntityKinds(block))) {
    return assignEntities(models, NOTHING_DECLARED, warnings);
  }
  if (!hasEntities) labelByAsym(block, models);
  return readEntities(block, models, warnings);
}

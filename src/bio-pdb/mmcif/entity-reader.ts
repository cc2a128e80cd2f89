import type { CifBlock } from '#bio-pdb/cif/block';
import { componentKind, nameInCapitals } from '#bio-pdb/molecules/components';
import type { DraftModel } from '#bio-pdb/molecules/draft';
import type { Warnings } from '#bio-pdb/warnings';
import type { Entity, EntityKind } from '#bio-pdb/structure';

const KINDS: readonly EntityKind[] = ['polymer', 'non-polymer', 'branched', 'macrolide', 'water'];
/** Places up to the last that atoms name are filled; so many in all are more than any file has (titin: 35,000). */
const MAX_UNSEEN_RESIDUES = 1_000_000;
const UNSEEN_RESIDUE = 'UNK';

/**
 * Reads `_entity` and `_entity_poly_seq`. Entities that only atoms name, and sequences that are not listed, are
 * worked out from the atoms.
 *
 * @param block that holds the atoms
 * @param models its atoms
 * @param warnings where places beyond all reason are noted
 * @throws ParseError `PARSE_MMCIF`
 */
export function readEntities(
  block: CifBlock,
  models: readonly DraftModel[],
  warnings: Warnings,
): Entity[] {
  const seen = seenEntities(models, warnings);
  const sequences = readSequences(block);
  const entities = new Map<string, Entity>();
  const add = (id: string, kind: string | null, description: string): void => {
    const sequence = sequences.get(id) ?? seen.get(id)?.sequence ?? [];
    const known = KINDS.find((candidate) => candidate === kind?.toLowerCase());
    entities.set(id, {
      id,
      kind: known ?? inferKind(seen.get(id), sequence),
      description,
      sequence,
    });
  };
  const category = block.category('_entity');
  const id = category?.require('id');
  for (let row = 0; row < (category?.numRows ?? 0); row++) {
    const description = category?.column('pdbx_description')?.get(row) ?? '';
    add(id!.require(row), category?.column('type')?.get(row) ?? null, description);
  }
  for (const entityId of seen.keys()) {
    if (!entities.has(entityId)) add(entityId, null, '');
  }
  return [...entities.values()].map((entity) =>
    entity.kind === 'polymer' ? entity : { ...entity, sequence: [] },
  );
}

interface SeenEntity {
  /** Names at the places that residues give, `UNK` between them. */
  readonly sequence: string[];
  readonly isWater: boolean;
}

function seenEntities(models: readonly DraftModel[], warnings: Warnings): Map<string, SeenEntity> {
  const seen = new Map<string, SeenEntity>();
  let numFilled = 0;
  for (const { residues } of models.flatMap(({ chains }) => chains)) {
    for (const { entityId, name, sequenceIndex, at } of residues) {
      let entity = seen.get(entityId);
      if (entity === undefined) {
        entity = { sequence: [], isWater: componentKind(name) === 'water' };
        seen.set(entityId, entity);
      }
      const { sequence } = entity;
      if (sequenceIndex === null || sequenceIndex < 1) continue;
      const missing = sequenceIndex - sequence.length;
      if (missing > 0) {
        if (numFilled + missing > MAX_UNSEEN_RESIDUES) {
          warnings.add('far-place', at, () => {
            return `${name} has place ${sequenceIndex}; so long a sequence is not filled up with residues that are not there`;
          });
          continue;
        }
        numFilled += missing;
        for (let i = 0; i < missing; i++) sequence.push(UNSEEN_RESIDUE);
      }
      if (sequence[sequenceIndex - 1] === UNSEEN_RESIDUE) sequence[sequenceIndex - 1] = name;
    }
  }
  return seen;
}

/** Alternate residues at one place share its `num`; the first stands for them. */
function readSequences(block: CifBlock): Map<string, string[]> {
  const sequences = new Map<string, string[]>();
  const category = block.category('_entity_poly_seq');
  if (category === undefined) return sequences;
  const entityId = category.require('entity_id');
  const number = category.require('num');
  const name = category.require('mon_id');
  let last: string | null = null;
  for (let row = 0; row < category.numRows; row++) {
    const id = entityId.require(row);
    const place = number.get(row);
    let sequence = sequences.get(id);
    if (sequence === undefined) sequences.set(id, (sequence = []));
    else if (place === last) continue;
    sequence.push(nameInCapitals(name.require(row)));
    last = place;
  }
  return sequences;
}

function inferKind(seen: SeenEntity | undefined, sequence: readonly string[]): EntityKind {
  if (sequence.length > 0) return 'polymer';
  return seen?.isWater ? 'water' : 'non-polymer';
}

/**
 * Names the entities of atoms that name none. Of an asym id, the residues that have a place in a sequence are what
 * `_struct_asym` says, else one entity for each sequence; the others are ligands and waters, whatever stands beside
 * them.
 *
 * @param block that holds the atoms
 * @param models whose residues are completed in place
 */
export function labelByAsym(block: CifBlock, models: readonly DraftModel[]): void {
  const declared = readAsymEntities(block);
  const residues = models.flatMap(({ chains }) => chains.flatMap((chain) => chain.residues));
  const sequences = new Map<string, Map<number, string>>();
  for (const { asymId, name, sequenceIndex } of residues) {
    if (sequenceIndex === null) continue;
    const sequence = sequences.get(asymId) ?? new Map<number, string>();
    sequences.set(asymId, sequence.set(sequenceIndex, name));
  }
  const molecules = new Map([...sequences].map(([asymId, names]) => [asymId, keyOf([...names])]));
  const ids = new Map<string, string>();
  const taken = new Set(declared.values());
  for (const residue of residues) {
    const { asymId, name, sequenceIndex } = residue;
    const isAlone = sequenceIndex === null && sequences.has(asymId);
    const given = isAlone ? undefined : declared.get(asymId);
    const molecule = sequenceIndex === null ? keyOf(name) : molecules.get(asymId)!;
    residue.entityId = given ?? ids.get(molecule) ?? freeId(taken);
    if (given === undefined) ids.set(molecule, residue.entityId);
  }
}

function keyOf(molecule: unknown): string {
  return JSON.stringify(molecule);
}

function freeId(taken: Set<string>): string {
  let number = taken.size + 1;
  while (taken.has(String(number))) number++;
  taken.add(String(number));
  return String(number);
}

/**
 * Tells whether the file says of any molecule what kind it is.
 *
 * @param block that holds the atoms
 */
export function namesEntityKinds(block: CifBlock): boolean {
  const category = block.category('_entity');
  const type = category?.column('type');
  return Array.from({ length: category?.numRows ?? 0 }).some((_, row) => type?.get(row) != null);
}

function readAsymEntities(block: CifBlock): Map<string, string> {
  const category = block.category('_struct_asym');
  const id = category?.column('id');
  const entityId = category?.column('entity_id');
  const entities = new Map<string, string>();
  if (id === undefined || entityId === undefined) return entities;
  for (let row = 0; row < category!.numRows; row++) {
    const entity = entityId.get(row);
    if (entity !== null) entities.set(id.get(row) ?? '', entity);
  }
  return entities;
}

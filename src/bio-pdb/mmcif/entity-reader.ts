import type { CifBlock } from '#bio-pdb/cif/block';
import { componentKind } from '#bio-pdb/molecules/components';
import type { DraftModel } from '#bio-pdb/molecules/draft';
import type { Entity, EntityKind } from '#bio-pdb/structure';

const KINDS: readonly EntityKind[] = ['polymer', 'non-polymer', 'branched', 'macrolide', 'water'];
/** A sequence is filled from places that atoms name; no chain is longer (titin has 35,000 residues). */
const MAX_SEQUENCE_LENGTH = 1_000_000;
const UNSEEN_RESIDUE = 'UNK';

/**
 * Reads `_entity` and `_entity_poly_seq`. Entities that only atoms name, and sequences that are not listed, are
 * worked out from the atoms.
 *
 * @param block that holds the atoms
 * @param models its atoms
 * @throws ParseError `PARSE_MMCIF`
 */
export function readEntities(block: CifBlock, models: readonly DraftModel[]): Entity[] {
  const seen = seenEntities(models);
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

function seenEntities(models: readonly DraftModel[]): Map<string, SeenEntity> {
  const seen = new Map<string, SeenEntity>();
  for (const { residues } of models.flatMap(({ chains }) => chains)) {
    for (const { entityId, name, sequenceIndex } of residues) {
      let entity = seen.get(entityId);
      if (entity === undefined) {
        entity = { sequence: [], isWater: componentKind(name) === 'water' };
        seen.set(entityId, entity);
      }
      const { sequence } = entity;
      if (sequenceIndex === null || sequenceIndex < 1 || sequenceIndex > MAX_SEQUENCE_LENGTH) {
        continue;
      }
      while (sequence.length < sequenceIndex) sequence.push(UNSEEN_RESIDUE);
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
  let last: number | null = null;
  for (let row = 0; row < category.numRows; row++) {
    const id = entityId.require(row);
    const place = number.integer(row);
    let sequence = sequences.get(id);
    if (sequence === undefined) sequences.set(id, (sequence = []));
    else if (place === last) continue;
    sequence.push(name.require(row));
    last = place;
  }
  return sequences;
}

function inferKind(seen: SeenEntity | undefined, sequence: readonly string[]): EntityKind {
  if (sequence.length > 0) return 'polymer';
  return seen?.isWater ? 'water' : 'non-polymer';
}

/** @file Writes which molecules a structure holds: entities, sequences, components, elements. */

import { FoldError } from '#errors';
import { cifCategory } from '#bio-pdb/cif/writer';
import type { CifValue } from '#bio-pdb/cif/writer';
import {
  componentKind,
  componentType,
  oneLetterCode,
  polymerType,
} from '#bio-pdb/molecules/components';
import type { Entity, Structure } from '#bio-pdb/structure';
import { chainName } from './chain-name.js';

const SEQUENCE_LINE = 80;
/** wwPDB's rule for the canonical sequence: a residue without a letter is X. */
const UNKNOWN_LETTER = 'X';

/** What the coordinates say about molecules, gathered in one pass. */
interface Content {
  /** Component names. */
  readonly names: Set<string>;
  readonly elements: Set<string>;
  /** Entity by asym id. */
  readonly asyms: Map<string, string>;
  /** Chain names by entity. */
  readonly strands: Map<string, Set<string>>;
  /** Names that alternate residues put at a place of an entity: by entity, place and name. */
  readonly alternates: Map<string, Map<number, Set<string>>>;
}

/**
 * Writes `_entity`, `_entity_poly`, `_entity_poly_seq`, `_struct_asym`, `_chem_comp` and `_atom_type`.
 *
 * @param structure whose identifiers are not empty
 * @throws FoldError `STRUCTURE_UNWRITABLE` where an identifier is empty or CIF cannot hold a text
 */
export function moleculeCategories(structure: Structure): string[] {
  const { entities } = structure;
  const polymers = entities.filter(({ kind }) => kind === 'polymer');
  const content = contentOf(structure);
  for (const name of polymers.flatMap(({ sequence }) => sequence)) content.names.add(name);
  return [
    cifCategory(
      '_entity',
      ['id', 'type', 'pdbx_description'],
      entities.map(({ id, kind, description }) => [
        required(id, 'an entity id'),
        kind,
        description,
      ]),
    ),
    cifCategory(
      '_entity_poly',
      [
        ...['entity_id', 'type', 'pdbx_seq_one_letter_code', 'pdbx_seq_one_letter_code_can'],
        'pdbx_strand_id',
      ],
      polymers.map((entity) => polymerRow(entity, content)),
    ),
    cifCategory(
      '_entity_poly_seq',
      ['entity_id', 'num', 'mon_id', 'hetero'],
      polymers.flatMap((entity) => sequenceRows(entity, content)),
    ),
    cifCategory('_struct_asym', ['id', 'entity_id'], [...content.asyms]),
    cifCategory(
      '_chem_comp',
      ['id', 'type'],
      [...content.names].sort().map((name) => [name, componentType(name)]),
    ),
    cifCategory(
      '_atom_type',
      ['symbol'],
      [...content.elements].sort().map((symbol) => [symbol]),
    ),
  ];
}

function contentOf({ models }: Structure): Content {
  const content: Content = {
    names: new Set(),
    elements: new Set(),
    asyms: new Map(),
    strands: new Map(),
    alternates: new Map(),
  };
  for (const chain of models.flatMap(({ chains }) => chains)) {
    for (const residue of chain.residues) {
      const { name, asymId, entityId, sequenceIndex, atoms } = residue;
      content.names.add(name);
      for (const { element } of atoms) content.elements.add(element.toUpperCase());
      content.asyms.set(asymId, entityId);
      entry(content.strands, entityId, () => new Set<string>()).add(chainName(chain, residue));
      if (sequenceIndex === null) continue;
      const places = entry(content.alternates, entityId, () => new Map<number, Set<string>>());
      entry(places, sequenceIndex, () => new Set<string>()).add(name);
    }
  }
  return content;
}

function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

function polymerRow({ id, sequence }: Entity, { strands }: Content): CifValue[] {
  const letters = sequence.map((name) => standardLetter(name) ?? `(${name})`);
  const canonical = sequence.map((name) => oneLetterCode(name) ?? UNKNOWN_LETTER);
  const chains = [...(strands.get(id) ?? [])].join(',');
  return [id, polymerType(sequence), wrap(letters), wrap(canonical), chains];
}

/** Modified residues have a letter in the canonical sequence alone. */
function standardLetter(name: string): string | null {
  return componentKind(name) === 'other' ? null : oneLetterCode(name);
}

function sequenceRows({ id, sequence }: Entity, { alternates }: Content): CifValue[][] {
  return sequence.flatMap((name, i) => {
    const names = new Set([name, ...(alternates.get(id)?.get(i + 1) ?? [])]);
    return [...names].map((alternate) => [id, i + 1, alternate, names.size > 1 ? 'y' : 'n']);
  });
}

function wrap(letters: readonly string[]): string {
  return letters.join('').replace(new RegExp(`.{${SEQUENCE_LINE}}(?=.)`, 'g'), '$&\n');
}

/**
 * Checks an identifier.
 *
 * @throws FoldError `STRUCTURE_UNWRITABLE` where it is empty
 */
export function required(value: string, what: string): string {
  if (value !== '') return value;
  throw unwritable(`${what} is empty`);
}

/** An error about what mmCIF cannot hold. */
export function unwritable(message: string): FoldError {
  return new FoldError('STRUCTURE_UNWRITABLE', `${message}, which mmCIF does not allow`);
}

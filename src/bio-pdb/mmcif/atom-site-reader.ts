import type { CifCategory, CifColumn } from '#bio-pdb/cif/block';
import { MAX_COORDINATE, NO_VALUE, parseDecimal, parseInteger } from '#bio-pdb/decimal';
import { DraftModel } from '#bio-pdb/molecules/draft';
import { atomInCapitals, nameInCapitals } from '#bio-pdb/molecules/components';
import type { ResidueKey } from '#bio-pdb/molecules/draft';
import { inferElement, normaliseElement } from '#bio-pdb/molecules/elements';
import type { Atom } from '#bio-pdb/structure';
import type { Warnings } from '#bio-pdb/warnings';
import type { ModelNumbers } from './model-numbers.js';

/** Names for one thing, the preferred first: the other stands in where the first is absent. */
type Alternatives = readonly (CifColumn | undefined)[];

/** Where atoms go, and what they are read with. */
interface ReadContext {
  readonly modelNumbers: ModelNumbers;
  readonly warnings: Warnings;
}

/** What a column gives for a whole number. */
interface WholeNumber {
  /** Null where the value is absent or made of letters. */
  readonly value: number | null;
  /** What is there instead of a number. */
  readonly text: string;
  /** The letter behind the number, where the column may have one. */
  readonly letter: string;
}

const ABSENT: WholeNumber = { value: null, text: '', letter: '' };

/**
 * Reads `_atom_site`.
 *
 * @param category with at least one row
 * @param context takes warnings
 * @returns models in order of appearance, and which labels every atom has
 * @throws ParseError `PARSE_MMCIF`
 */
export function readAtomSites(
  category: CifCategory,
  { modelNumbers, warnings }: ReadContext,
): { models: DraftModel[]; hasEntities: boolean; hasPlaces: boolean } {
  const readKey = residueKeyReader(category, warnings);
  const readAtom = atomReader(category, warnings);
  const chainId = [category.column('auth_asym_id'), category.column('label_asym_id')];
  const modelColumn = category.column('pdbx_PDB_model_num');
  const models = new Map<number, DraftModel>();
  let hasEntities = true;
  let hasPlaces = false;
  for (let row = 0; row < category.numRows; row++) {
    const number = modelNumbers.read(modelColumn, row, (name, given) => {
      warnings.add('model-letters', modelColumn!.offset(row), () => {
        return `model number ${name} is none; the model is numbered ${given}`;
      });
    });
    let model = models.get(number);
    if (model === undefined) models.set(number, (model = new DraftModel(number, warnings)));
    const key = readKey(row);
    const atom = readAtom(row);
    const atomName = atomInCapitals(key.name, atom.name);
    warnings.addCapitals(atom.name, atomName, key.at);
    hasEntities &&= key.entityId !== '';
    hasPlaces ||= key.sequenceIndex !== null;
    model.chain(firstOf(chainId, row) ?? '').add(key, { ...atom, name: atomName }, key.at);
  }
  return { models: [...models.values()], hasEntities, hasPlaces };
}

function residueKeyReader(category: CifCategory, warnings: Warnings): (row: number) => ResidueKey {
  const group = category.column('group_PDB');
  const names = [category.column('label_comp_id'), category.column('auth_comp_id')];
  const authNumber = category.column('auth_seq_id');
  const labelNumber = category.column('label_seq_id');
  const insertionCode = category.column('pdbx_PDB_ins_code');
  const asymIds = [category.column('label_asym_id'), category.column('auth_asym_id')];
  const entityId = category.column('label_entity_id');
  const anchor = category.require('Cartn_x');
  return (row) => {
    const given = firstOf(names, row);
    if (given === null) throw anchor.error(row, 'the atom has no _atom_site.label_comp_id');
    const name = nameInCapitals(given);
    warnings.addCapitals(given, name, anchor.offset(row));
    const place = readWhole(labelNumber, row);
    const author = readWhole(authNumber, row);
    for (const [column, { text }] of [
      [labelNumber, place],
      [authNumber, author],
    ] as const) {
      if (text === '') continue;
      warnings.add(column!.tag, column!.offset(row), () => {
        return `${column!.tag} ${JSON.stringify(text)} is not a number; it is passed over`;
      });
    }
    const number = author.value ?? place.value;
    return {
      name,
      number,
      numberText: author.text,
      insertionCode: insertionCode?.get(row) ?? author.letter,
      hetero: group?.get(row) === 'HETATM',
      asymId: firstOf(asymIds, row) ?? '',
      entityId: entityId?.get(row) ?? '',
      sequenceIndex: place.value,
      at: anchor.offset(row),
    };
  };
}

/** Identifiers that the dictionary wants to be numbers may be letters, or a number with its insertion code. */
function readWhole(column: CifColumn | undefined, row: number): WholeNumber {
  const text = column?.get(row) ?? null;
  if (column === undefined || text === null) return ABSENT;
  const number = parseInteger(text);
  if (!Number.isNaN(number)) return { value: number, text: '', letter: '' };
  const [, digits, letter] = /^(-?\d{1,15})([A-Za-z])$/.exec(text) ?? [];
  if (digits !== undefined) return { value: Number(digits), text: '', letter: letter! };
  if (/^[\w*-]+$/.test(text)) return { value: null, text, letter: '' };
  throw column.error(row, `${column.tag} ${JSON.stringify(text)} is not a whole number`);
}

function atomReader(category: CifCategory, warnings: Warnings): (row: number) => Atom {
  const x = category.require('Cartn_x');
  const y = category.require('Cartn_y');
  const z = category.require('Cartn_z');
  const serial = category.column('id');
  const names = [category.column('label_atom_id'), category.column('auth_atom_id')];
  const element = category.column('type_symbol');
  const altLoc = category.column('label_alt_id');
  const occupancy = category.column('occupancy');
  const bFactor = category.column('B_iso_or_equiv');
  const charge = category.column('pdbx_formal_charge');
  return (row) => {
    const name = firstOf(names, row);
    if (name === null) throw x.error(row, 'the atom has no _atom_site.label_atom_id');
    const symbol = element?.get(row);
    return {
      serial: readOr(serial, row, { absent: row + 1, parse: parseInteger, warnings }),
      name,
      element: symbol == null ? inferElement(` ${name}`, true) : normaliseElement(symbol),
      altLoc: altLoc?.get(row) ?? '',
      x: readCoordinate(x, row),
      y: readCoordinate(y, row),
      z: readCoordinate(z, row),
      occupancy: readMeasure(occupancy, row, { absent: 1, warnings }),
      bFactor: readMeasure(bFactor, row, { absent: 0, warnings }),
      charge: readOr(charge, row, { absent: 0, parse: parseCharge, warnings }),
    };
  };
}

/** A value that may be missing, and that is replaced with a warning where it is not what it should be. */
function readOr(
  column: CifColumn | undefined,
  row: number,
  how: { absent: number; parse: (text: string) => number; warnings: Warnings },
): number {
  const text = column?.get(row) ?? null;
  if (column === undefined || text === null) return how.absent;
  const value = how.parse(text);
  if (!Number.isNaN(value)) return value;
  how.warnings.add(column.tag, column.offset(row), () => {
    return `${column.tag} ${JSON.stringify(text)} is not a number; it is read as ${how.absent}`;
  });
  return how.absent;
}

/** Occupancies and B factors: those that overflowed or were never computed are replaced. */
function readMeasure(
  column: CifColumn | undefined,
  row: number,
  how: { absent: number; warnings: Warnings },
): number {
  const text = column?.get(row);
  if (text != null && NO_VALUE.test(text))
    return readOr(column, row, { ...how, parse: parseDecimal });
  return column?.decimal(row) ?? how.absent;
}

/** `2` by the dictionary, `2+` and `+2` as in PDB files. */
function parseCharge(text: string): number {
  return parseInteger(text.replace(/^(\d+)([+-])$/, '$2$1'));
}

function readCoordinate(column: CifColumn, row: number): number {
  const value = column.decimal(row);
  if (value === null) throw column.error(row, `the atom has no ${column.tag}`);
  if (Math.abs(value) <= MAX_COORDINATE) return value;
  throw column.error(row, `${column.tag} ${value} is beyond ±${MAX_COORDINATE} Å`);
}

function firstOf(columns: Alternatives, row: number): string | null {
  return columns[0]?.get(row) ?? columns[1]?.get(row) ?? null;
}

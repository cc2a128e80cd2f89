/** @file Reads the PDB format, version 3.30, and the common ways in which programs depart from it. */

import { ParseError } from '#errors';
import { componentKind } from '#bio-pdb/molecules/components';
import { MAX_COORDINATE, parseDecimal, parseInteger } from '#bio-pdb/decimal';
import { DraftModel } from '#bio-pdb/molecules/draft';
import type { DraftChain } from '#bio-pdb/molecules/draft';
import { inferElement, normaliseElement, UNKNOWN_ELEMENT } from '#bio-pdb/molecules/elements';
import { assignEntities } from '#bio-pdb/molecules/entities';
import { decodeHybrid36 } from './hybrid36.js';
import { PdbHeader } from './header.js';
import type { Structure } from '#bio-pdb/structure';

/**
 * Reads a structure in PDB format. Kept: HEADER's identifier, TITLE, COMPND's molecules, SEQRES, MODEL, ATOM,
 * HETATM, TER. Atoms after an END begin a new model. Departures that are understood: truncated lines, blank or
 * missing elements, occupancies and B factors (1 and 0), hybrid-36 numbers, serials of six digits or of stars, MODEL without a
 * number.
 *
 * @param text the file
 * @param source its name, for error messages
 * @throws ParseError `PARSE_PDB` with the line
 */
export function parsePdb(text: string, source = 'PDB'): Structure {
  return new PdbReader(source).read(text);
}

class PdbReader {
  private readonly source: string;
  private line = 0;
  private readonly header = new PdbHeader();
  private readonly models = new Map<number, DraftModel>();
  private highestModelNumber = 0;
  private model: DraftModel | undefined;
  private readonly polymerEnds = new Map<DraftChain, number>();
  private serial = 0;

  constructor(source: string) {
    this.source = source;
  }

  read(text: string): Structure {
    for (const line of text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/)) {
      this.line++;
      this.readRecord(line);
    }
    const models = [...this.models.values()].filter(({ chains }) => chains.length > 0);
    if (models.length === 0) {
      this.line = 1;
      throw this.error('no ATOM or HETATM records', 'Is this a PDB file? mmCIF begins with data_.');
    }
    const { id, title, sequences, descriptions } = this.header;
    const entities = assignEntities(models, {
      sequences,
      descriptions: descriptions(),
      polymerEnds: this.polymerEnds,
    });
    return {
      id,
      title,
      entities,
      models: models.map(({ number, chains }) => ({
        number,
        name: '',
        chains: chains.map(({ id, residues }) => ({ id, residues })),
        scores: [],
      })),
    };
  }

  private readRecord(line: string): void {
    switch (line.slice(0, 6).trimEnd()) {
      case 'ATOM':
        this.readAtom(line, false);
        break;
      case 'HETATM':
        this.readAtom(line, true);
        break;
      case 'TER':
        this.readTer(line);
        break;
      case 'MODEL':
        this.beginModel(line);
        break;
      case 'ENDMDL':
      case 'END':
        this.model = undefined;
        break;
      default:
        this.header.readRecord(line);
    }
  }

  private beginModel(line: string): void {
    const field = line.slice(6, 20).trim();
    const number = field === '' ? this.highestModelNumber + 1 : parseInteger(field);
    if (Number.isNaN(number)) throw this.error(`model number ${show(field)} is not a whole number`);
    if (this.models.has(number)) throw this.error(`model ${number} appears twice`);
    this.model = this.addModel(number);
  }

  private addModel(number: number): DraftModel {
    const model = new DraftModel(number);
    this.highestModelNumber = Math.max(this.highestModelNumber, number);
    this.models.set(number, model);
    return model;
  }

  private readTer(line: string): void {
    const chains = this.model?.chains;
    const named = chains?.find(({ id }) => id === line.charAt(21).trim());
    const chain = line.length > 21 ? named : chains?.at(-1);
    if (chain === undefined) return;
    chain.close();
    this.polymerEnds.set(chain, chain.residues.length);
  }

  private readAtom(line: string, hetero: boolean): void {
    const nameField = line.slice(12, 16);
    const atomName = nameField.trim();
    if (atomName === '') throw this.error('the atom has no name in columns 13-16');
    const residueName = line.slice(17, 20).trim();
    const serial = this.readSerial(line);
    this.model ??= this.addModel(this.highestModelNumber + 1);
    this.model.chain(line.charAt(21).trim()).add(
      {
        name: residueName,
        number: this.readResidueNumber(line),
        insertionCode: line.charAt(26).trim(),
        hetero,
        asymId: '',
        entityId: '',
        sequenceIndex: null,
      },
      {
        serial,
        name: atomName,
        element: readElement(line, componentKind(residueName) !== 'other' && !hetero),
        altLoc: line.charAt(16).trim(),
        x: this.readCoordinate(line, 'x', 30),
        y: this.readCoordinate(line, 'y', 38),
        z: this.readCoordinate(line, 'z', 46),
        occupancy: this.readOptional(line, 'occupancy', [54, 60], 1),
        bFactor: this.readOptional(line, 'B factor', [60, 66], 0),
        charge: this.readCharge(line.slice(78, 80).trim()),
      },
    );
  }

  /** Serials only label atoms, so those that overflowed into stars or blanks count on from the last. */
  private readSerial(line: string): number {
    const hasSixDigits = /^\d{6}$/.test(line.slice(6, 12));
    const serial = hasSixDigits ? Number(line.slice(6, 12)) : decodeHybrid36(line.slice(6, 11), 5);
    if (Number.isNaN(serial) && !/^[ *]*$/.test(line.slice(6, 11))) {
      throw this.error(`atom serial ${show(line.slice(6, 11))} in columns 7-11 is not a number`);
    }
    this.serial = Number.isNaN(serial) ? this.serial + 1 : serial;
    return this.serial;
  }

  private readResidueNumber(line: string): number {
    const field = line.slice(22, 26);
    const number = decodeHybrid36(field, 4);
    if (Number.isNaN(number)) {
      throw this.error(`residue number ${show(field)} in columns 23-26 is not a number`);
    }
    return number;
  }

  private readCoordinate(line: string, axis: string, start: number): number {
    const field = line.slice(start, start + 8).trim();
    const where = `in columns ${start + 1}-${start + 8}`;
    if (field === '') throw this.error(`the line ends before ${axis} ${where}`);
    const value = parseDecimal(field);
    if (Number.isNaN(value)) throw this.error(`${axis} ${show(field)} ${where} is not a number`);
    if (Math.abs(value) > MAX_COORDINATE) {
      throw this.error(`${axis} ${show(field)} ${where} is beyond ±${MAX_COORDINATE} Å`);
    }
    return value;
  }

  private readOptional(
    line: string,
    what: string,
    [start, end]: readonly [number, number],
    absent: number,
  ): number {
    const field = line.slice(start, end).trim();
    if (field === '') return absent;
    const value = parseDecimal(field);
    if (!Number.isNaN(value)) return value;
    throw this.error(`${what} ${show(field)} in columns ${start + 1}-${end} is not a number`);
  }

  /** `2+` by the standard, `+2` by habit; files of before 1996 hold other things here, which are no charges. */
  private readCharge(field: string): number {
    const match = /^(?:(\d)([+-])|([+-])(\d))$/.exec(field);
    if (match === null) return 0;
    const size = Number(match[1] ?? match[4]);
    return (match[2] ?? match[3]) === '-' ? 0 - size : size;
  }

  private error(message: string, hint?: string): ParseError {
    return new ParseError(
      'PARSE_PDB',
      message,
      { source: this.source, line: this.line },
      hint === undefined ? {} : { hint },
    );
  }
}

function readElement(line: string, isStandard: boolean): string {
  const element = normaliseElement(line.slice(76, 78).trim());
  if (element !== UNKNOWN_ELEMENT || line.slice(76, 78).trim().toUpperCase() === 'X')
    return element;
  return inferElement(line.slice(12, 16), isStandard);
}

function show(field: string): string {
  return JSON.stringify(field.trim());
}

/** @file Reads ATOM and HETATM lines, with the ways in which programs fit what is too wide for its columns. */

import type { ParseError } from '#errors';
import { MAX_COORDINATE, NO_VALUE, parseDecimal } from '#bio-pdb/decimal';
import { atomInCapitals, componentKind, nameInCapitals } from '#bio-pdb/molecules/components';
import type { ResidueKey } from '#bio-pdb/molecules/draft';
import { inferElement, normaliseElement, UNKNOWN_ELEMENT } from '#bio-pdb/molecules/elements';
import type { Atom } from '#bio-pdb/structure';
import type { Warnings } from '#bio-pdb/warnings';
import { NumberColumn } from './number-column.js';

const POINT = 46;
/** Where the decimal points of x, y and z stand (columns 35, 43, 51). */
const POINTS = [34, 42, 50];
/** A serial of more digits than 5 pushes the rest of its line to the right in some programs' files. */
const MAX_SHIFT = 3;

/** One atom with all that tells where it belongs. */
export interface AtomLine {
  readonly chainId: string;
  /** Columns 73-76: a name for the chain in files that have no chain names. */
  readonly segment: string;
  readonly key: ResidueKey;
  readonly atom: Atom;
}

/** What the reader of a file gives to the reader of its lines. */
interface LineContext {
  /** Whether chain names have two characters, from column 21. */
  readonly hasWideChainNames: boolean;
  readonly warnings: Warnings;
  /** An error at the current line. */
  readonly error: (message: string) => ParseError;
}

/** Reads the atoms of one file in order. */
export class AtomLineReader {
  private readonly context: LineContext;
  private readonly serials = new NumberColumn(5);
  private readonly numbers = new NumberColumn(4);
  private lastSerial = 0;
  /** Columns that tell the last residue, and what was read from them. */
  private place = '';
  private residue: { chainId: string; key: ResidueKey } | undefined;

  constructor(context: LineContext) {
    this.context = context;
  }

  /**
   * Reads one line.
   *
   * @param line whose record is known
   * @param hetero whether that is HETATM
   * @param at number of the line
   * @throws ParseError `PARSE_PDB`
   */
  read(line: string, hetero: boolean, at: number): AtomLine {
    const serialStart = hetero ? 6 : 4;
    const shift = shiftOf(line);
    const serialText = line.slice(serialStart, shift > 0 ? 11 + shift : 12).trim();
    const columns = shift > 0 ? line.slice(shift) : line;
    const given = columns.slice(12, 16).trim();
    if (given === '') throw this.context.error('the atom has no name in columns 13-16');
    const { chainId, key } = this.readResidue(columns, hetero, at);
    const name = atomInCapitals(key.name, given);
    this.context.warnings.addCapitals(given, name, at);
    const atom = {
      serial: this.readSerial(serialText, at),
      name,
      element: readElement(columns, componentKind(key.name) !== 'other' && !hetero),
      altLoc: columns.charAt(16).trim(),
      x: this.readCoordinate(columns, 'x', 30),
      y: this.readCoordinate(columns, 'y', 38),
      z: this.readCoordinate(columns, 'z', 46),
      occupancy: this.readOptional(columns, 'occupancy', { start: 54, end: 60, absent: 1, at }),
      bFactor: this.readOptional(columns, 'B factor', { start: 60, end: 66, absent: 0, at }),
      charge: readCharge(columns.slice(78, 80).trim()),
    };
    return { chainId, key, atom, segment: columns.slice(72, 76).trim() };
  }

  /** The chain that a line of any coordinate record names. */
  chainId(line: string): string {
    return line.slice(this.context.hasWideChainNames ? 20 : 21, 22).trim();
  }

  /** Serials only label atoms, so those that are none, or stars where they overflowed, count on from the last. */
  private readSerial(text: string, at: number): number {
    const serial = this.serials.read(text);
    if (Number.isNaN(serial)) {
      if (!/^\**$/.test(text)) {
        this.context.warnings.add('serial', at, () => {
          return `the atom serial ${JSON.stringify(text)} is not a number; atoms are counted on from the one before`;
        });
      }
      return ++this.lastSerial;
    }
    return (this.lastSerial = serial);
  }

  private readResidue(
    line: string,
    hetero: boolean,
    at: number,
  ): { chainId: string; key: ResidueKey } {
    const place = line.slice(17, 30);
    if (this.residue && place === this.place && this.residue.key.hetero === hetero) {
      return this.residue;
    }
    const given = line.slice(17, this.context.hasWideChainNames ? 20 : 21).trim();
    const name = nameInCapitals(given);
    this.context.warnings.addCapitals(given, name, at);
    const number = this.readNumber(line);
    const labels = { asymId: '', entityId: '', sequenceIndex: null };
    this.place = place;
    this.residue = {
      chainId: number.chainId,
      key: { name, ...number, hetero, ...labels, at },
    };
    return this.residue;
  }

  /** Columns 22-27, and those that larger numbers spill into. */
  private readNumber(line: string) {
    const chainId = this.chainId(line);
    const wide = /^\d{5,}/.exec(line.slice(22, 30))?.[0];
    const field = wide ?? line.slice(22, 26);
    const text = field.trim();
    const insertionCode = wide === undefined ? line.charAt(26).trim() : '';
    if (this.isSpilled(line, field)) {
      return {
        chainId: '',
        number: this.numbers.read(chainId + text),
        numberText: '',
        insertionCode,
      };
    }
    const number = this.numbers.read(text);
    if (!Number.isNaN(number)) return { chainId, number, numberText: '', insertionCode };
    const lettered = /^(-?\d+)([A-Za-z])$/.exec(text);
    if (lettered && insertionCode === '') {
      const inner = this.numbers.read(lettered[1]!);
      return { chainId, number: inner, numberText: '', insertionCode: lettered[2]! };
    }
    if (/^[\w*]*$/.test(text)) return { chainId, number: null, numberText: text, insertionCode };
    throw this.context.error(
      `residue number ${JSON.stringify(text)} in columns 23-26 is not a number`,
    );
  }

  /** Whether column 22 holds the first digit of a number, as it may where chains have no names. */
  private isSpilled(line: string, field: string): boolean {
    if (this.residue?.chainId !== '' || !/^\d{4}$/.test(field)) return false;
    return /^\d$/.test(line.charAt(21)) && this.numbers.continues(Number(line.slice(21, 26)));
  }

  private readCoordinate(line: string, axis: string, start: number): number {
    const field = line.slice(start, start + 8).trim();
    const where = `in columns ${start + 1}-${start + 8}`;
    if (field === '') throw this.context.error(`the line ends before ${axis} ${where}`);
    const value = parseDecimal(field);
    if (Number.isNaN(value)) {
      throw this.context.error(`${axis} ${JSON.stringify(field)} ${where} is not a number`);
    }
    if (Math.abs(value) <= MAX_COORDINATE) return value;
    throw this.context.error(
      `${axis} ${JSON.stringify(field)} ${where} is beyond ±${MAX_COORDINATE} Å`,
    );
  }

  private readOptional(
    line: string,
    what: string,
    { start, end, absent, at }: { start: number; end: number; absent: number; at: number },
  ): number {
    const field = line.slice(start, end).trim();
    if (field === '') return absent;
    const value = parseDecimal(field);
    if (!Number.isNaN(value)) return value;
    const shown = `${what} ${JSON.stringify(field)} in columns ${start + 1}-${end}`;
    if (!NO_VALUE.test(field)) throw this.context.error(`${shown} is not a number`);
    this.context.warnings.add(what, at, () => `${shown} is no value; it is read as ${absent}`);
    return absent;
  }
}

/** How many columns the line behind its serial stands too far to the right. */
function shiftOf(line: string): number {
  if (line.charCodeAt(POINTS[0]!) === POINT) return 0;
  for (let shift = 1; shift <= MAX_SHIFT; shift++) {
    const isShifted = POINTS.every((point) => line.charCodeAt(point + shift) === POINT);
    if (isShifted && /^\S+$/.test(line.slice(6, 11 + shift))) return shift;
  }
  return 0;
}

/** `2+` by the standard, `+2` by habit; files of before 1996 hold other things here, which are no charges. */
function readCharge(field: string): number {
  const match = /^(?:(\d)([+-])|([+-])(\d))$/.exec(field);
  if (match === null) return 0;
  const size = Number(match[1] ?? match[4]);
  return (match[2] ?? match[3]) === '-' ? 0 - size : size;
}

function readElement(line: string, isStandard: boolean): string {
  const field = line.slice(76, 78).trim();
  const element = normaliseElement(field);
  if (element !== UNKNOWN_ELEMENT || field.toUpperCase() === 'X') return element;
  return inferElement(line.slice(12, 16), isStandard);
}

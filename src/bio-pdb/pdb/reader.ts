/** @file Reads the PDB format, version 3.30, and the common ways in which programs depart from it. */

import { ParseError } from '#errors';
import { parseInteger } from '#bio-pdb/decimal';
import { DraftModel, finishedChains } from '#bio-pdb/molecules/draft';
import type { DraftChain } from '#bio-pdb/molecules/draft';
import { assignEntities } from '#bio-pdb/molecules/entities';
import type { Structure } from '#bio-pdb/structure';
import { Warnings } from '#bio-pdb/warnings';
import { AtomLineReader } from './atom-line.js';
import { hasWideChainNames } from './chain-columns.js';
import { PdbHeader } from './header.js';

/** Records that coordinates are read from or that have other numbers in the columns of coordinates. */
const WITH_NUMBERS = /^(?:SIGATM|ANISOU|SIGUIJ|ORIGX|SCALE|MTRIX|TVECT|CRYST|REMARK|CONECT)/i;
const COLUMNS_HINT =
  'The PDB format tells fields by their columns; write the file again with blanks.';
const COORDINATES = /^.{30}(?:[\s\d+-]{4}\.\d{3}){3}/;

/**
 * Reads a structure in PDB format. Kept: HEADER, TITLE, COMPND's molecules, SEQRES, MODEL, ATOM, HETATM, TER. Atoms
 * after an END begin a new model. Departures that are understood: truncated lines, blank or missing elements,
 * occupancies and B factors (1 and 0); serials and residue numbers of more digits, in hybrid-36 or in hexadecimal,
 * that are absent, letters or stars; residue names of four letters and chain names of two; MODEL without a number of
 * its own; atoms that stand apart from their residue. What had to be assumed, changed or left out is in `warnings`.
 *
 * @param text the file
 * @param source its name, for error messages
 * @throws ParseError `PARSE_PDB` with the line
 */
export function parsePdb(text: string, source = 'PDB'): Structure {
  return new PdbReader(text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/), source).read();
}

class PdbReader {
  private readonly lines: readonly string[];
  private readonly source: string;
  private line = 0;
  private readonly warnings = new Warnings((line) => line);
  private readonly header: PdbHeader;
  private readonly atoms: AtomLineReader;
  private readonly models = new Map<number, DraftModel>();
  private highestModelNumber = 0;
  private model: DraftModel | undefined;
  private chain: DraftChain | undefined;
  private segment = '';

  constructor(lines: readonly string[], source: string) {
    this.lines = lines;
    this.source = source;
    const isWide = hasWideChainNames(lines);
    this.header = new PdbHeader(isWide);
    this.atoms = new AtomLineReader({
      hasWideChainNames: isWide,
      warnings: this.warnings,
      error: (message) => this.error(message),
    });
  }

  read(): Structure {
    for (const line of this.lines) {
      this.line++;
      this.readRecord(line);
    }
    const models = [...this.models.values()].filter(({ isEmpty }) => !isEmpty);
    if (models.length === 0) {
      this.line = 1;
      throw this.error('no ATOM or HETATM records', 'Is this a PDB file? mmCIF begins with data_.');
    }
    const { id, title, classification, date, sequences } = this.header;
    const declared = { sequences, descriptions: this.header.descriptions() };
    const entities = assignEntities(models, declared, this.warnings);
    return {
      id,
      title,
      classification,
      date,
      entities,
      models: models.map((model) => {
        return { number: model.number, name: '', chains: finishedChains(model), scores: [] };
      }),
      warnings: this.warnings.list(),
    };
  }

  private readRecord(text: string): void {
    const record = text.slice(0, 6).trimEnd().toUpperCase();
    // Where even the record's name is in small letters, so are the names of residues and atoms.
    const line = text.startsWith(record) ? text : text.toUpperCase();
    // A serial of six digits may begin within the record's name: `ATOM 100000`.
    if (record === 'ATOM' || /^ATOM \d$/.test(record)) {
      this.readAtom(line, false);
      return;
    }
    switch (record) {
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
        if (/^(?:ATOM|HETATM?)\t/.test(line)) {
          throw this.error('the fields stand between tabs, not in columns', COLUMNS_HINT);
        }
        this.header.readRecord(record, line);
        if (COORDINATES.test(line) && !WITH_NUMBERS.test(line)) this.notePassedOver(record);
    }
  }

  private notePassedOver(record: string): void {
    this.warnings.add('passed-over', this.line, () => {
      return `the record ${JSON.stringify(record)} looks like an atom, but is none of the format; it is passed over`;
    });
  }

  private beginModel(line: string): void {
    const field = line.slice(6, 20).trim();
    const next = this.highestModelNumber + 1;
    let number = field === '' ? next : parseInteger(field);
    if (Number.isNaN(number) || this.models.has(number)) {
      const isTaken = this.models.has(number);
      this.warnings.add(isTaken ? 'model-again' : 'model-letters', this.line, () => {
        const what = isTaken ? `model ${number} appears twice` : `model number ${field} is none`;
        return `${what}; this one is read as model ${next}`;
      });
      number = next;
    }
    this.model = this.addModel(number);
  }

  private addModel(number: number): DraftModel {
    const model = new DraftModel(number, this.warnings);
    this.highestModelNumber = Math.max(this.highestModelNumber, number);
    this.models.set(number, model);
    this.chain = undefined;
    return model;
  }

  private modelOfAtoms(): DraftModel {
    if (this.model !== undefined) return this.model;
    const number = this.highestModelNumber + 1;
    if (this.models.size > 0) {
      this.warnings.add('model-without-record', this.line, () => {
        return `atoms follow END or ENDMDL without MODEL; they are read as model ${number}`;
      });
    }
    return (this.model = this.addModel(number));
  }

  private readAtom(line: string, hetero: boolean): void {
    const { chainId, segment, key, atom } = this.atoms.read(line, hetero, this.line);
    const chain = this.modelOfAtoms().chain(chainId);
    // Where chains have no names, another segment is another chain.
    if (chainId === '' && chain === this.chain && segment !== this.segment) chain.close();
    this.chain = chain;
    this.segment = segment;
    chain.add(key, atom, this.line);
  }

  private readTer(line: string): void {
    const named = line.slice(17, 27).trim() === '' ? undefined : this.atoms.chainId(line);
    const chain = named === undefined ? this.chain : this.model?.find(named);
    (chain ?? this.chain)?.close();
  }

  private error(message: string, hint?: string): ParseError {
    return new ParseError('PARSE_PDB', message, { source: this.source, line: this.line }, { hint });
  }
}

/** @file Writes the PDB format, version 3.30, with hybrid-36 numbers where decimal ones do not fit. */

import { FoldError } from '#errors';
import { encodeHybrid36 } from './hybrid36.js';
import { headerRecords } from './header-writer.js';
import type { Atom, Chain, Model, Residue, Structure } from '#bio-pdb/structure';

/**
 * Writes a structure in PDB format. What the format has no place for is left out: identifiers of more than four
 * characters, entity and asym ids (readers work them out again), model names, scores other than B factors, software.
 *
 * @param structure whose every chain name is one character
 * @returns lines of 80 columns
 * @throws FoldError `STRUCTURE_UNWRITABLE` where a name or number does not fit its columns: write mmCIF instead
 */
export function writePdb(structure: Structure): string {
  const polymers = new Set(
    structure.entities.filter(({ kind }) => kind === 'polymer').map(({ id }) => id),
  );
  const numbered = structure.models.length > 1 || structure.models[0]?.number !== 1;
  const lines = headerRecords(structure, polymers);
  for (const model of structure.models) {
    if (numbered) lines.push(`MODEL     ${fit(model.number, 4, 'model number')}`);
    writeModel(model, polymers, lines);
    if (numbered) lines.push('ENDMDL');
  }
  lines.push('END');
  return lines.map((line) => `${line.padEnd(80)}\n`).join('');
}

function writeModel(model: Model, polymers: ReadonlySet<string>, lines: string[]): void {
  for (const chain of model.chains) {
    const ends = polymerEnds(chain, polymers);
    chain.residues.forEach((residue, index) => {
      const place = residuePlace(residue, chain);
      for (const atom of residue.atoms) lines.push(atomRecord(atom, residue, place));
      if (ends.has(index)) {
        // TER's number is nobody's name: where the last atom used up all numbers it stays blank.
        const serial = encodeHybrid36((residue.atoms.at(-1)?.serial ?? 0) + 1, 5);
        lines.push(`TER   ${serial ?? ''.padStart(5)}      ${place}`);
      }
    });
  }
}

/** Where the last residue with atoms of each polymer stands; more than one polymer may have the chain's name. */
function polymerEnds({ residues }: Chain, polymers: ReadonlySet<string>): Set<number> {
  const last = new Map<string, number>();
  residues.forEach(({ entityId, asymId, atoms }, index) => {
    if (polymers.has(entityId) && atoms.length > 0) last.set(asymId, index);
  });
  return new Set(last.values());
}

/** Columns 18-27: residue name, chain, number and insertion code. */
function residuePlace(residue: Residue, chain: Chain): string {
  const where = `residue ${residue.name} ${residue.number} of chain "${chain.id}"`;
  const name = fit(residue.name, 3, `the name of ${where}`);
  const chainId = fit(chain.id, 1, 'the chain name');
  const code = fit(residue.insertionCode, 1, `the insertion code of ${where}`);
  return `${name} ${chainId}${number36(residue.number, 4, where)}${code}`;
}

function atomRecord(atom: Atom, residue: Residue, place: string): string {
  const where = `atom ${atom.name} of ${place.trim()}`;
  return [
    residue.hetero ? 'HETATM' : 'ATOM  ',
    number36(atom.serial, 5, where),
    ' ',
    atomName(atom, where),
    fit(atom.altLoc, 1, `the alternate location of ${where}`),
    place,
    '   ',
    decimal(atom.x, 8, 3, `x of ${where}`),
    decimal(atom.y, 8, 3, `y of ${where}`),
    decimal(atom.z, 8, 3, `z of ${where}`),
    decimal(atom.occupancy, 6, 2, `the occupancy of ${where}`),
    decimal(atom.bFactor, 6, 2, `the B factor of ${where}`),
    '          ',
    atom.element.toUpperCase().padStart(2),
    charge(atom.charge, where),
  ].join('');
}

/** The element's symbol stands right-justified in the first two columns; names of four characters use them all. */
function atomName(atom: Atom, where: string): string {
  const name = fit(atom.name, 4, `the name of ${where}`).trim();
  if (name === '') throw unwritable(`${where} has no name`);
  const shifted =
    atom.element.length === 2 && name.toUpperCase().startsWith(atom.element.toUpperCase());
  return (shifted ? name : ` ${name}`).slice(name.length === 4 && !shifted ? 1 : 0).padEnd(4);
}

function charge(value: number, where: string): string {
  if (value === 0) return '  ';
  if (!Number.isInteger(value) || Math.abs(value) > 9) {
    throw unwritable(`the charge ${value} of ${where} does not fit one digit`);
  }
  return `${Math.abs(value)}${value < 0 ? '-' : '+'}`;
}

function decimal(value: number, width: number, digits: number, what: string): string {
  const text = Number.isFinite(value) ? value.toFixed(digits).padStart(width) : '';
  if (text.length !== width) throw unwritable(`${what} = ${value} does not fit ${width} columns`);
  return text;
}

function number36(value: number, width: number, where: string): string {
  const text = Number.isInteger(value) ? encodeHybrid36(value, width) : null;
  if (text === null) throw unwritable(`number ${value} of ${where} does not fit ${width} columns`);
  return text;
}

function fit(value: string | number, width: number, what: string): string {
  const text = String(value);
  if (text.length <= width && !/[\p{Cc}\s]/u.test(text)) return text.padStart(width);
  throw unwritable(`${what}, ${JSON.stringify(text)}, does not fit ${width} columns`);
}

function unwritable(message: string): FoldError {
  return new FoldError('STRUCTURE_UNWRITABLE', `${message} in the PDB format`, {
    hint: 'Write mmCIF, which has no such limit.',
  });
}

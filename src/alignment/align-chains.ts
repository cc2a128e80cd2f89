/** @file One alignment for all chains of a prediction: chains side by side, rows that pair chains before the others. */
import { FoldError } from '#errors';
import { chainIdOf } from '#sequence/chain';
import { GAP, rowText, type Alignment } from './alignment.js';
import { joinRows, type RowPiece } from './join-rows.js';
import type { AlignmentSection } from './read-alignment.js';
import { isQuery, requireQuery } from './require-query.js';

/** Alignments of the chains of one prediction. */
export interface GivenAlignments {
  /**
   * One alignment for each chain that differs, in any order; or one for all of them, in which they stand side by side
   * in their order, each once (with ColabFold's first line) or with all copies.
   */
  readonly sections: readonly AlignmentSection[];
  /** One for each chain that differs, in which row i of one belongs to the same organism as row i of the others. */
  readonly paired?: readonly Alignment[];
  /** What errors call them. */
  readonly name: string;
}

/** Some columns of an alignment, and the chains that have their sequence. */
interface Part {
  readonly alignment: Alignment;
  readonly from: number;
  readonly length: number;
  /** 0-based, ascending: copies of one sequence. */
  readonly chains: readonly number[];
}

/**
 * Lays the alignments of all chains side by side. Row 0 is all chains. Rows that have residues in several chains come
 * next and serve all copies of them; then the rows of each chain alone, once for each copy, with gaps for the others.
 *
 * @param chains sequences in the order of the prediction, in the 20 letters of the amino acids and X
 * @param given see {@link GivenAlignments}
 * @returns columns are the residues of all chains; an alignment of a single chain comes back as it is
 * @throws FoldError `ALIGNMENT_MISMATCH` where a chain has no alignment or another one's, or an alignment no chain
 * @source ColabFold's "pair_sequences" and "pad_sequences"
 */
export function alignChains(chains: readonly string[], given: GivenAlignments): Alignment {
  const { sections, paired = [], name } = given;
  const parts = partsOf(chains, sections, name);
  const { alignment: first, length } = parts[0]!;
  if (chains.length === 1 && paired.length === 0 && length === first.numColumns) return first;
  const starts = chains.map((_, chain) => chains.slice(0, chain).join('').length);
  const standSideBySide = parts.every(({ alignment }) => alignment === first);
  const rows = [
    rowOfParts(parts, 0, starts),
    ...pairedRows(pairedParts(chains, paired, name), starts),
    ...(standSideBySide ? pairedRows(parts, starts) : []),
    ...singleRows(parts, starts),
  ];
  return joinRows(rows, chains.join('').length);
}

/** A row of some parts, for all chains that each stands for. */
function rowOfParts(parts: readonly Part[], row: number, starts: readonly number[]): RowPiece[] {
  return parts
    .flatMap(({ chains, ...piece }) =>
      chains.map((chain) => ({ ...piece, row, at: starts[chain]! })),
    )
    .sort((a, b) => a.at - b.at);
}

/** Rows, but not the query, in which several parts have residues. */
function pairedRows(parts: readonly Part[], starts: readonly number[]): RowPiece[][] {
  const rows: RowPiece[][] = [];
  for (let row = 1; row < (parts[0]?.alignment.numRows ?? 0); row++) {
    const filled = parts.filter((part) => hasResidues(part, row));
    if (filled.length > 1) rows.push(rowOfParts(filled, row, starts));
  }
  return rows;
}

/** Rows in which one part alone has residues, for each of its chains. */
function singleRows(parts: readonly Part[], starts: readonly number[]): RowPiece[][] {
  const rows: RowPiece[][] = [];
  for (const part of parts) {
    const others = parts.filter((each) => each !== part && each.alignment === part.alignment);
    for (const chain of part.chains)
      for (let row = 0; row < part.alignment.numRows; row++)
        if (hasResidues(part, row) && !others.some((other) => hasResidues(other, row)))
          rows.push(rowOfParts([{ ...part, chains: [chain] }], row, starts));
  }
  return rows;
}

function hasResidues({ alignment, from, length }: Part, row: number): boolean {
  const start = row * alignment.numColumns + from;
  for (let i = start; i < start + length; i++) if (alignment.letters[i] !== GAP) return true;
  return false;
}

/** Finds the chains of each alignment, or of each part of the only one. */
function partsOf(
  chains: readonly string[],
  sections: readonly AlignmentSection[],
  name: string,
): Part[] {
  const [section] = sections;
  if (sections.length > 1 || !section) return onePartEach(chains, sections, name);
  const row = rowText(section, 0);
  if (section.chains) return copiesOf(chains, section, section.chains, name);
  if (chains.every((chain) => isQuery(row, chain))) return onePartEach(chains, sections, name);
  requireQuery(row, chains.join(''), name);
  return copiesOf(
    chains,
    section,
    chains.map(({ length }) => ({ length, copies: 1 })),
    name,
  );
}

/** The parts of an alignment in which chains stand side by side. */
function copiesOf(
  chains: readonly string[],
  alignment: Alignment,
  unique: readonly { length: number; copies: number }[],
  name: string,
): Part[] {
  const row = rowText(alignment, 0);
  const free = new Set(chains.keys());
  let from = 0;
  const parts = unique.map(({ length, copies }, index) => {
    const query = row.slice(from, from + length);
    const matching = [...free].filter((chain) => isQuery(query, chains[chain]!)).slice(0, copies);
    if (matching.length === 0)
      requireQuery(query, chains[index] ?? '', `${name}, chain ${chainIdOf(index)}`);
    if (matching.length < copies)
      throw mismatch(
        `${name}: the first line says ${copies} copies of chain ${chainIdOf(index)}, the prediction has ${matching.length}`,
      );
    matching.forEach((chain) => free.delete(chain));
    from += length;
    return { alignment, from: from - length, length, chains: matching };
  });
  const [left] = free;
  if (left !== undefined) throw mismatch(`${name}: has no chain ${chainIdOf(left)}`);
  return parts;
}

/** One part for each alignment, each of which has one chain or copies of one. */
function onePartEach(
  chains: readonly string[],
  alignments: readonly Alignment[],
  name: string,
): Part[] {
  const queries = alignments.map((alignment) => rowText(alignment, 0));
  const owner = chains.map((chain) => queries.findIndex((query) => isQuery(query, chain)));
  const orphan = owner.indexOf(-1);
  if (orphan >= 0) {
    if (chains.length === 1 && queries.length === 1) requireQuery(queries[0]!, chains[0]!, name);
    throw mismatch(
      `${name}: none of its ${queries.length} alignments has chain ${chainIdOf(orphan)} as its first row`,
    );
  }
  const parts = alignments.map((alignment, index) => ({
    alignment,
    from: 0,
    length: alignment.numColumns,
    chains: [...chains.keys()].filter((chain) => owner[chain] === index),
  }));
  const unused = parts.findIndex((part) => part.chains.length === 0);
  if (unused >= 0) throw mismatch(`${name}: alignment ${unused + 1} is of none of the chains`);
  return parts;
}

function pairedParts(
  chains: readonly string[],
  paired: readonly Alignment[],
  name: string,
): Part[] {
  if (paired.length === 0) return [];
  const depths = [...new Set(paired.map(({ numRows }) => numRows))];
  if (depths.length > 1)
    throw mismatch(
      `${name}: paired alignments must have as many rows as each other, not ${depths.join(' and ')}`,
    );
  return onePartEach(chains, paired, `${name}, paired`);
}

const mismatch = (message: string): FoldError =>
  new FoldError('ALIGNMENT_MISMATCH', message, {
    hint: 'Give one alignment for each chain that differs, or one in which all chains stand side by side.',
  });

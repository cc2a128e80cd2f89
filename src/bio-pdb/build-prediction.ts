import { FoldError } from '#errors';
import type {
  Atom,
  Chain,
  Entity,
  Metric,
  Modelling,
  Residue,
  ResidueReference,
  Score,
  Structure,
} from './structure.js';

/** A predicted atom. */
export interface PredictedAtom {
  readonly name: string;
  readonly element: string;
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

/** A predicted residue; its atoms may be few but not none. */
export interface PredictedResidue {
  /** Component name such as `ALA`. */
  readonly name: string;
  readonly number: number;
  readonly atoms: readonly PredictedAtom[];
}

/** A predicted chain: every residue of its sequence. */
export interface PredictedChain {
  /** Chain identifier; becomes asym id too. */
  readonly id: string;
  /** Name of the molecule; may be empty. */
  readonly description: string;
  readonly residues: readonly PredictedResidue[];
}

/** What a model says of its own prediction; N residues over all chains. */
export interface PredictedConfidence {
  /** `[N]` 0-100. */
  readonly plddt: ArrayLike<number>;
  /** 0-1 */
  readonly ptm?: number;
  /** `[N, N]` Å, error of residue j aligned on i. N² rows of mmCIF: leave it out where a separate file holds it. */
  readonly pae?: ArrayLike<number>;
}

/** A prediction in the terms of structure files. */
export interface StructurePrediction {
  readonly id: string;
  readonly title: string;
  readonly chains: readonly PredictedChain[];
  readonly confidence: PredictedConfidence;
  readonly modelling: Modelling;
}

/** What predictions are, where experimental structures have the kind of molecule. */
export const COMPUTED_MODEL = 'COMPUTED STRUCTURE MODEL';

const PLDDT: Metric = {
  name: 'pLDDT',
  type: 'pLDDT',
  description: 'Predicted lDDT-CA, 0-100',
};
const PTM: Metric = { name: 'pTM', type: 'pTM', description: 'Predicted TM-score, 0-1' };
const PAE: Metric = {
  name: 'PAE',
  type: 'PAE',
  description: 'Expected error of the second residue when aligned on the first, in Angstroms',
};

/**
 * Makes a structure of a prediction: numbers atoms, shares entities between chains of equal sequence, puts pLDDT in
 * the B factors and all confidence in the scores. Values are rounded to what both formats write (coordinates 0.001 Å,
 * pLDDT and PAE 0.01, pTM 0.001), so that PDB and mmCIF files say the same.
 *
 * @param prediction with unique chain names
 * @throws FoldError `STRUCTURE_MISMATCH` where confidence and residues differ in number
 */
export function buildPrediction(prediction: StructurePrediction): Structure {
  const { id, title, confidence, modelling } = prediction;
  const numResidues = prediction.chains.reduce((sum, { residues }) => sum + residues.length, 0);
  assertLength(confidence.plddt, numResidues, 'plddt');
  if (confidence.pae) assertLength(confidence.pae, numResidues ** 2, 'pae');
  const entities = new Map<string, Entity>();
  const chains: Chain[] = [];
  let serial = 1;
  let residueIndex = 0;
  for (const chain of prediction.chains) {
    const entity = shareEntity(entities, chain);
    const residues = chain.residues.map(({ name, number, atoms }, i): Residue => {
      const plddt = round(confidence.plddt[residueIndex++]!, 2);
      const placed = atoms.map((atom) => placeAtom(atom, serial++, plddt));
      const labels = { asymId: chain.id, entityId: entity.id, sequenceIndex: i + 1 };
      return { name, number, insertionCode: '', hetero: false, ...labels, atoms: placed };
    });
    chains.push({ id: chain.id, residues });
    serial++; // PDB's TER takes a number, so that an atom has the same one in both formats
  }
  const scores = confidenceScores(chains, confidence);
  const models = [{ number: 1, name: title, chains, scores }];
  return {
    id,
    title,
    classification: COMPUTED_MODEL,
    date: '',
    entities: [...entities.values()],
    models,
    modelling,
    warnings: [],
  };
}

function shareEntity(entities: Map<string, Entity>, chain: PredictedChain): Entity {
  const sequence = chain.residues.map(({ name }) => name);
  const key = `${chain.description}\n${sequence.join(' ')}`;
  let entity = entities.get(key);
  if (entity === undefined) {
    const id = String(entities.size + 1);
    entity = { id, kind: 'polymer', description: chain.description, sequence };
    entities.set(key, entity);
  }
  return entity;
}

function placeAtom({ name, element, x, y, z }: PredictedAtom, serial: number, plddt: number): Atom {
  const position = { x: round(x, 3), y: round(y, 3), z: round(z, 3) };
  return {
    serial,
    name,
    element,
    altLoc: '',
    ...position,
    occupancy: 1,
    bFactor: plddt,
    charge: 0,
  };
}

function confidenceScores(chains: readonly Chain[], confidence: PredictedConfidence): Score[] {
  const residues = chains.flatMap((chain) => chain.residues.map(referTo));
  const values = Array.from(confidence.plddt, (value) => round(value, 2));
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const scores: Score[] = [{ mode: 'global', metric: PLDDT, value: round(mean, 2) }];
  if (confidence.ptm !== undefined) {
    scores.push({ mode: 'global', metric: PTM, value: round(confidence.ptm, 3) });
  }
  scores.push({ mode: 'local', metric: PLDDT, residues, values });
  if (confidence.pae) {
    const { length } = residues;
    scores.push({
      mode: 'local-pairwise',
      metric: PAE,
      residues,
      first: Uint32Array.from(confidence.pae, (_, pair) => Math.floor(pair / length)),
      second: Uint32Array.from(confidence.pae, (_, pair) => pair % length),
      values: Float64Array.from(confidence.pae, (value) => round(value, 2)),
    });
  }
  return scores;
}

function referTo({ asymId, name, sequenceIndex }: Residue): ResidueReference {
  return { asymId, sequenceIndex: sequenceIndex!, residueName: name };
}

/** Rounds to decimals; never -0, which files cannot tell from 0. */
function round(value: number, decimals: number): number {
  return Number(value.toFixed(decimals)) + 0;
}

function assertLength(values: ArrayLike<number>, expected: number, what: string): void {
  if (values.length === expected) return;
  throw new FoldError(
    'STRUCTURE_MISMATCH',
    `${what} must have ${expected} values, got ${values.length}`,
  );
}

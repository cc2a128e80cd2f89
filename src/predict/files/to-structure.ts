import { COMPUTED_MODEL } from '#bio-pdb/build-prediction';
import type {
  Atom,
  Chain,
  Entity,
  Modelling,
  Residue,
  Score,
  Software,
  Structure,
} from '#bio-pdb/structure';
import { titleOf, type Prediction } from '#predict/prediction';
import { threeLetter } from '#sequence/amino-acids';
import { ATOM14_NAMES } from '#structure/residues/atoms';
import { describeDevice } from '#tensor/engine/describe-engine';
import type { EngineFacts } from '#tensor/engine/engine';
import { VERSION } from '#version';

/**
 * A prediction as a computed structure: pLDDT as B factor and per-residue score, mean pLDDT and pTM as global scores.
 * Chains of equal sequence share an entity; residues that the model does not place (X) have no atoms.
 *
 * @param prediction N residues over all chains
 */
export function predictionToStructure(prediction: Prediction): Structure {
  const { name, model, engine, numRecycles } = prediction;
  const { title = name } = titleOf(prediction);
  const passes = numRecycles === 0 ? '1 pass' : `${numRecycles + 1} passes`;
  const chains = chainsOf(prediction);
  return {
    id: name,
    title: `predicted structure of ${title}`,
    classification: COMPUTED_MODEL,
    date: '',
    entities: entitiesOf(prediction),
    models: [{ number: 1, name: model.name, chains, scores: scoresOf(prediction, chains) }],
    modelling: {
      software: [
        {
          name: 'codonfold',
          version: VERSION,
          description: 'protein structure prediction from a gene, an mRNA or a protein sequence',
          url: '',
        },
        ...(engine ? [engineSoftware(engine)] : []),
      ],
      steps: [
        {
          method: 'modeling',
          name: 'structure prediction',
          details: `model ${model.name}, weights sha256 ${model.sha256}, ${passes}`,
        },
      ],
      ...templatesOf(prediction),
    },
    warnings: [],
  };
}

/** The templates that were used, where there are any. */
function templatesOf({ templates, chains }: Prediction): Pick<Modelling, 'templates'> {
  const used = templates?.chains.filter(({ isUsed }) => isUsed) ?? [];
  if (used.length === 0) return {};
  return {
    templates: used.map(({ alignedQuery, ...use }) => ({
      ...use,
      targetAsymId: chains[0]!.id,
      alignedTarget: alignedQuery,
    })),
  };
}

function engineSoftware(facts: EngineFacts): Software {
  const { name, version } = facts;
  return {
    name,
    version,
    description: `neural network inference on ${describeDevice(facts)}`,
    url: '',
  };
}

function distinctSequences({ chains }: Prediction): string[] {
  return [...new Set(chains.map(({ sequence }) => sequence))];
}

function entitiesOf(prediction: Prediction): Entity[] {
  const { title = prediction.name } = titleOf(prediction);
  return distinctSequences(prediction).map((sequence, index) => {
    const ids = prediction.chains.filter((chain) => chain.sequence === sequence);
    return {
      id: String(index + 1),
      kind: 'polymer',
      description: `${title}, chain ${ids.map(({ id }) => id).join(', ')}`,
      sequence: Array.from(sequence, threeLetter),
    };
  });
}

function chainsOf(prediction: Prediction): Chain[] {
  const sequences = distinctSequences(prediction);
  let index = 0;
  let serial = 0;
  return prediction.chains.map(({ id, sequence }) => ({
    id,
    residues: Array.from(sequence, (letter, place): Residue => {
      const atoms = atomsOf(prediction, index, serial);
      serial += atoms.length;
      return {
        name: threeLetter(letter),
        number: prediction.residueNumber[index++]!,
        insertionCode: '',
        hetero: false,
        asymId: id,
        entityId: String(sequences.indexOf(sequence) + 1),
        sequenceIndex: place + 1,
        atoms,
      };
    }),
  }));
}

function atomsOf(prediction: Prediction, residue: number, serialBefore: number): Atom[] {
  const names = ATOM14_NAMES[prediction.aatype[residue]!]!;
  const atoms: Atom[] = [];
  for (const [slot, name] of names.entries()) {
    const atom = 14 * residue + slot;
    if (prediction.atom14Mask[atom] !== 1) continue;
    atoms.push({
      serial: serialBefore + atoms.length + 1,
      name,
      element: name.charAt(0),
      altLoc: '',
      x: prediction.atom14[3 * atom]!,
      y: prediction.atom14[3 * atom + 1]!,
      z: prediction.atom14[3 * atom + 2]!,
      occupancy: 1,
      bFactor: prediction.plddt[residue]!,
      charge: 0,
    });
  }
  return atoms;
}

function scoresOf(prediction: Prediction, chains: readonly Chain[]): Score[] {
  const { plddt, meanPlddt, ptm } = prediction;
  const residues = chains.flatMap((chain) =>
    chain.residues.map(({ asymId, sequenceIndex, name }) => ({
      asymId,
      sequenceIndex: sequenceIndex ?? 0,
      residueName: name,
    })),
  );
  const description = 'confidence per residue by predicted lDDT, 0-100';
  const metric = { name: 'pLDDT', type: 'pLDDT', description };
  return [
    { mode: 'global', metric, value: meanPlddt },
    {
      mode: 'global',
      metric: { name: 'pTM', type: 'pTM', description: 'predicted TM-score, 0-1' },
      value: ptm,
    },
    ...complexScores(prediction),
    { mode: 'local', metric, residues, values: Array.from(plddt) },
  ];
}

/** ipTM; nothing where there is one chain. Scores of pairs of chains stand in confidence.json alone. */
function complexScores({ complex }: Prediction): Score[] {
  if (!complex) return [];
  const description = 'predicted TM-score of how the chains lie to each other, 0-1';
  return [
    { mode: 'global', metric: { name: 'ipTM', type: 'ipTM', description }, value: complex.iptm },
  ];
}

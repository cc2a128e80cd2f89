/** @file Works out which distinct molecules a file holds when, as in PDB files, it does not number them itself. */

import { componentKind } from './components.js';
import type { DraftChain, DraftModel, DraftResidue } from './draft.js';
import { placeInSequence } from './sequence-placement.js';
import type { Entity } from '#bio-pdb/structure';

/** What the header says about chains, by chain name. */
export interface DeclaredChains {
  /** Residue names of the whole polymer. */
  readonly sequences: ReadonlyMap<string, readonly string[]>;
  /** Name of the molecule. */
  readonly descriptions: ReadonlyMap<string, string>;
  /** How many residues of a chain stand before its last TER. */
  readonly polymerEnds: ReadonlyMap<DraftChain, number>;
}

/** For files that declare nothing. */
export const NOTHING_DECLARED: DeclaredChains = {
  sequences: new Map(),
  descriptions: new Map(),
  polymerEnds: new Map(),
};

/**
 * Gives each residue its entity, asym id and place in its sequence. The polymer of a chain ends at TER or at the
 * last residue that is neither HETATM nor water, whichever comes later; waters never belong to it. Chains of equal
 * sequence and description share an entity; ligands share one by name.
 *
 * @param models whose residues are completed in place
 * @param declared what the header says
 * @returns the entities: polymers, then ligands, then water, each in order of appearance
 */
export function assignEntities(models: readonly DraftModel[], declared: DeclaredChains): Entity[] {
  const sequences = chainSequences(models, declared);
  const entities = new Map<string, Entity>();
  for (const [chainId, sequence] of sequences) {
    const description = declared.descriptions.get(chainId) ?? '';
    const key = polymerKey(description, sequence);
    if (!entities.has(key)) entities.set(key, { id: '', kind: 'polymer', description, sequence });
  }
  const others = models.flatMap(({ chains }) =>
    chains.flatMap((chain) => splitChain(chain, declared).others),
  );
  for (const isWater of [false, true]) {
    for (const { name } of others) {
      if ((componentKind(name) === 'water') !== isWater) continue;
      const kind = isWater ? 'water' : 'non-polymer';
      const key = otherKey(name);
      if (!entities.has(key)) entities.set(key, { id: '', kind, description: '', sequence: [] });
    }
  }
  const ids = new Map([...entities.keys()].map((key, index) => [key, String(index + 1)]));
  const chainIds = new Set(models.flatMap(({ chains }) => chains.map(({ id }) => id)));
  for (const model of models) labelModel(model, { declared, sequences, ids, chainIds });
  return [...entities].map(([key, entity]) => ({ ...entity, id: ids.get(key)! }));
}

interface Labels {
  readonly declared: DeclaredChains;
  readonly sequences: ReadonlyMap<string, readonly string[]>;
  readonly ids: ReadonlyMap<string, string>;
  /** Names of the chains of all models. */
  readonly chainIds: ReadonlySet<string>;
}

function labelModel(model: DraftModel, labels: Labels): void {
  const asymIds = new AsymIds(labels.chainIds);
  for (const chain of model.chains) {
    const base = chain.id === '' ? asymIds.unusedLetter() : chain.id;
    const { polymer, others } = splitChain(chain, labels.declared);
    labelPolymer(polymer, { chainId: chain.id, asymId: base }, labels);
    let waterAsymId: string | undefined;
    for (const residue of others) {
      residue.entityId = labels.ids.get(otherKey(residue.name))!;
      residue.asymId =
        componentKind(residue.name) === 'water'
          ? (waterAsymId ??= asymIds.numbered(base))
          : asymIds.numbered(base);
    }
  }
}

function labelPolymer(
  polymer: readonly (readonly DraftResidue[])[],
  { chainId, asymId }: { chainId: string; asymId: string },
  { declared, sequences, ids }: Labels,
): void {
  const sequence = sequences.get(chainId);
  if (sequence === undefined) return;
  const entityId = ids.get(polymerKey(declared.descriptions.get(chainId) ?? '', sequence))!;
  const places = placeInSequence(polymer.map(firstAtPlace), sequence);
  polymer.forEach((residues, i) => {
    for (const residue of residues)
      Object.assign(residue, { asymId, entityId, sequenceIndex: places[i]! });
  });
}

/** The whole sequence of each chain that has a polymer: as declared, else the most that any model shows. */
function chainSequences(
  models: readonly DraftModel[],
  declared: DeclaredChains,
): Map<string, readonly string[]> {
  const sequences = new Map<string, readonly string[]>();
  for (const chain of models.flatMap(({ chains }) => chains)) {
    const seen = splitChain(chain, declared).polymer.map((place) => firstAtPlace(place).name);
    if (seen.length === 0) continue;
    const known = declared.sequences.get(chain.id) ?? sequences.get(chain.id);
    if (known === undefined || (!declared.sequences.has(chain.id) && known.length < seen.length)) {
      sequences.set(chain.id, seen);
    } else {
      sequences.set(chain.id, known);
    }
  }
  return sequences;
}

/** The polymer's residues, those at one place together, and the rest of the chain. */
function splitChain(chain: DraftChain, { polymerEnds }: DeclaredChains) {
  const lastAtom = chain.residues.findLastIndex(
    ({ hetero, name }) => !hetero && componentKind(name) !== 'water',
  );
  const end = Math.max(polymerEnds.get(chain) ?? 0, lastAtom + 1);
  const polymer: DraftResidue[][] = [];
  const others: DraftResidue[] = [];
  chain.residues.forEach((residue, index) => {
    if (index >= end || componentKind(residue.name) === 'water') {
      others.push(residue);
      return;
    }
    const place = polymer.at(-1);
    const isAlternate =
      place?.[0]?.number === residue.number &&
      place[0].insertionCode === residue.insertionCode &&
      place.every(({ name }) => name !== residue.name);
    if (isAlternate) place.push(residue);
    else polymer.push([residue]);
  });
  return { polymer, others };
}

function firstAtPlace(residues: readonly DraftResidue[]): DraftResidue {
  return residues[0]!;
}

function polymerKey(description: string, sequence: readonly string[]): string {
  return `polymer\n${description}\n${sequence.join(' ')}`;
}

function otherKey(name: string): string {
  return componentKind(name) === 'water' ? 'water' : `other\n${name}`;
}

/** Hands out asym ids that no chain bears: `A2`, `A3`, … beside chain A. */
class AsymIds {
  private readonly taken: Set<string>;
  private readonly lastNumbers = new Map<string, number>();

  constructor(chainIds: ReadonlySet<string>) {
    this.taken = new Set(chainIds);
  }

  unusedLetter(): string {
    const letter = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ').find(
      (candidate) => !this.taken.has(candidate),
    );
    if (letter === undefined) return this.numbered('Z');
    this.taken.add(letter);
    return letter;
  }

  numbered(base: string): string {
    let number = this.lastNumbers.get(base) ?? 1;
    do number++;
    while (this.taken.has(`${base}${number}`));
    this.lastNumbers.set(base, number);
    this.taken.add(`${base}${number}`);
    return `${base}${number}`;
  }
}

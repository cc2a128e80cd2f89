/** @file Works out which distinct molecules a file holds when, as in PDB files, it does not number them itself. */

import type { Entity } from '#bio-pdb/structure';
import type { Warnings } from '#bio-pdb/warnings';
import { componentKind } from './components.js';
import { divideChain } from './divide-chain.js';
import type { DividedChain, Place } from './divide-chain.js';
import type { DraftChain, DraftModel, DraftResidue } from './draft.js';
import { residueText } from './draft.js';
import { SequencePlacement } from './sequence-placement.js';

/** What the header says about chains, by chain name. */
export interface DeclaredChains {
  /** Residue names of the whole polymer. */
  readonly sequences: ReadonlyMap<string, readonly string[]>;
  /** Name of the molecule. */
  readonly descriptions: ReadonlyMap<string, string>;
}

/** For files that declare nothing. */
export const NOTHING_DECLARED: DeclaredChains = { sequences: new Map(), descriptions: new Map() };

/** A polymer by the name of its chain and its place among the chain's polymers; in all models the same molecule. */
interface Polymer {
  readonly description: string;
  sequence: readonly string[];
  readonly isDeclared: boolean;
  entityId: string;
}

/** A chain of one model in its parts. */
interface Part extends DividedChain {
  readonly chain: DraftChain;
}

/**
 * Gives each residue its entity, asym id and place in its sequence. Chains of equal sequence and description share an
 * entity; ligands share one by name.
 *
 * @param models whose residues are completed in place
 * @param declared what the header says
 * @param warnings where departures are noted
 * @returns the entities: polymers, then ligands, then water, each in order of appearance
 */
export function assignEntities(
  models: readonly DraftModel[],
  declared: DeclaredChains,
  warnings: Warnings,
): Entity[] {
  const names = new Map([...declared.sequences].map(([id, sequence]) => [id, new Set(sequence)]));
  const parts = models.map(({ chains }) =>
    chains.map((chain): Part => {
      return { chain, ...divideChain(chain, names.get(chain.id) ?? new Set(), warnings) };
    }),
  );
  const polymers = polymersOf(parts.flat(), declared);
  const entities = entitiesOf(polymers, parts.flat());
  const chainIds = new Set(parts.flat().map(({ chain }) => chain.id));
  const placement = new SequencePlacement();
  for (const ofModel of parts) {
    const asymIds = new AsymIds(chainIds);
    for (const part of ofModel) label(part, { polymers, entities, asymIds, placement, warnings });
  }
  return [...entities.values()];
}

interface Labels {
  readonly polymers: ReadonlyMap<string, Polymer>;
  readonly entities: ReadonlyMap<string, Entity>;
  readonly asymIds: AsymIds;
  readonly placement: SequencePlacement;
  readonly warnings: Warnings;
}

function label({ chain, polymers, others }: Part, labels: Labels): void {
  const { asymIds } = labels;
  const base = chain.id === '' ? asymIds.unusedLetter() : chain.id;
  polymers.forEach((places, index) => {
    const polymer = labels.polymers.get(polymerName(chain, index))!;
    const asymId = index === 0 ? base : asymIds.numbered(base);
    labelPolymer(places, { polymer, chain, asymId }, labels);
  });
  let waterAsymId: string | undefined;
  for (const residue of others) {
    residue.entityId = labels.entities.get(otherKey(residue.name))!.id;
    residue.asymId = isWater(residue)
      ? (waterAsymId ??= asymIds.numbered(base))
      : asymIds.numbered(base);
  }
}

function labelPolymer(
  places: readonly Place[],
  { polymer, chain, asymId }: { polymer: Polymer; chain: DraftChain; asymId: string },
  { placement, warnings }: Labels,
): void {
  const found = placement.place(places.map(firstAtPlace), polymer.sequence);
  places.forEach((residues, i) => {
    const sequenceIndex = found[i] ?? null;
    if (sequenceIndex === null) {
      warnings.add('not-in-sequence', residues[0]!.at, () => {
        return `${residueText(residues[0]!, chain.id)} has no place in the chain's sequence (SEQRES)`;
      });
    }
    const { entityId } = polymer;
    for (const residue of residues) Object.assign(residue, { asymId, entityId, sequenceIndex });
  });
}

/** The polymers of all models, each with its whole sequence: as declared, else the most that any model shows. */
function polymersOf(parts: readonly Part[], declared: DeclaredChains): Map<string, Polymer> {
  const polymers = new Map<string, Polymer>();
  for (const { chain, polymers: ofChain } of parts) {
    ofChain.forEach((places, index) => {
      const name = polymerName(chain, index);
      const known = polymers.get(name);
      if (known?.isDeclared || (known && known.sequence.length >= places.length)) return;
      const sequence = places.map((place) => firstAtPlace(place).name);
      if (known) {
        known.sequence = sequence;
        return;
      }
      const whole = index === 0 ? declared.sequences.get(chain.id) : undefined;
      polymers.set(name, {
        description: declared.descriptions.get(chain.id) ?? '',
        sequence: whole ?? sequence,
        isDeclared: whole !== undefined,
        entityId: '',
      });
    });
  }
  return polymers;
}

/** Entities by what makes residues one molecule; polymers learn their ids. */
function entitiesOf(
  polymers: ReadonlyMap<string, Polymer>,
  parts: readonly Part[],
): Map<string, Entity> {
  const entities = new Map<string, Entity>();
  const add = (key: string, entity: Omit<Entity, 'id'>): string => {
    const known = entities.get(key) ?? { id: String(entities.size + 1), ...entity };
    entities.set(key, known);
    return known.id;
  };
  for (const polymer of polymers.values()) {
    const { description, sequence } = polymer;
    const key = `polymer\n${description}\n${sequence.join(' ')}`;
    polymer.entityId = add(key, { kind: 'polymer', description, sequence });
  }
  const others = new Map(
    parts.flatMap((part) => part.others).map((residue) => [otherKey(residue.name), residue]),
  );
  const sorted = [...others].sort(([, a], [, b]) => Number(isWater(a)) - Number(isWater(b)));
  for (const [key, residue] of sorted) {
    const kind = isWater(residue) ? 'water' : 'non-polymer';
    add(key, { kind, description: '', sequence: [] });
  }
  return entities;
}

function polymerName(chain: DraftChain, index: number): string {
  return `${index} ${chain.id}`;
}

function otherKey(name: string): string {
  return componentKind(name) === 'water' ? 'water' : `other\n${name}`;
}

function isWater({ name }: DraftResidue): boolean {
  return componentKind(name) === 'water';
}

function firstAtPlace(place: Place): DraftResidue {
  return place[0]!;
}

/** Hands out asym ids that no chain bears: `A2`, `A3`, … beside chain A. */
class AsymIds {
  private readonly chainIds: ReadonlySet<string>;
  private readonly given = new Set<string>();
  private readonly lastNumbers = new Map<string, number>();

  constructor(chainIds: ReadonlySet<string>) {
    this.chainIds = chainIds;
  }

  unusedLetter(): string {
    const letter = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ').find((id) => !this.isTaken(id));
    if (letter === undefined) return this.numbered('Z');
    this.given.add(letter);
    return letter;
  }

  numbered(base: string): string {
    let number = this.lastNumbers.get(base) ?? 1;
    do number++;
    while (this.isTaken(`${base}${number}`));
    this.lastNumbers.set(base, number);
    this.given.add(`${base}${number}`);
    return `${base}${number}`;
  }

  private isTaken(id: string): boolean {
    return this.chainIds.has(id) || this.given.has(id);
  }
}

import type { Molecule } from '../molecule/molecule.js';
import { moleculeOf } from '../molecule/read-structure.js';
import { h, select } from '../page/dom.js';
import type { ComparedParts, Reference } from './comparison.js';

/** Stands for a chain that is not named. */
const ALIKE = 'alike';

/** How a chain is called in sentences. */
export function chainName(id: string): string {
  return id === '' ? 'the chain without a letter' : `chain ${id}`;
}

function chainChoice(
  label: string,
  { chains }: Molecule,
  chosen: string | undefined,
  choose: (id: string | undefined) => void,
): HTMLElement | undefined {
  if (chains.length < 2) return undefined;
  return select({
    label,
    entries: [
      { value: ALIKE, label: 'the most alike' },
      ...chains.map(({ id }) => ({ value: `=${id}`, label: chainName(id) })),
    ],
    value: chosen === undefined ? ALIKE : `=${chosen}`,
    onChange: (value) => {
      choose(value === ALIKE ? undefined : value.slice(1));
    },
  });
}

/**
 * What of both structures can be compared otherwise: chains, and the reference's models.
 *
 * @param parts what is compared now
 * @param choose called with what to compare instead
 * @returns undefined where there is nothing to choose
 * @throws FoldError `STRUCTURE_MISMATCH` where the reference holds no protein
 */
export function compareChoices(
  prediction: Molecule,
  { name, structure }: Reference,
  { chain, referenceChain, model = 0 }: ComparedParts,
  choose: (parts: ComparedParts) => void,
): HTMLElement | undefined {
  const partsOf = (ours: string | undefined, theirs: string | undefined): ComparedParts => ({
    model,
    ...(ours === undefined ? {} : { chain: ours }),
    ...(theirs === undefined ? {} : { referenceChain: theirs }),
  });
  const reference = moleculeOf(structure, name, { model });
  const models = structure.models.map(({ number }, i) => ({
    value: String(i),
    label: `model ${number}`,
  }));
  const choices = [
    chainChoice('Chain of the prediction', prediction, chain, (id) => {
      choose(partsOf(id, referenceChain));
    }),
    chainChoice('Chain of the reference', reference, referenceChain, (id) => {
      choose(partsOf(chain, id));
    }),
    models.length < 2
      ? undefined
      : select({
          label: 'Model of the reference',
          entries: models,
          value: String(model),
          onChange: (value) => {
            choose({ ...partsOf(chain, undefined), model: Number(value) });
          },
        }),
  ].filter((choice) => choice !== undefined);
  return choices.length === 0 ? undefined : h('div', { class: 'row' }, ...choices);
}

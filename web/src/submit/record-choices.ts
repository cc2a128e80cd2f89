import type { FoldError } from '#errors';
import { interpret } from '#sequence/input';
import type { Interpretation } from '#sequence/interpretation';
import { tickBox } from '../page/dom.js';
import { namesField } from './names-field.js';
import { optionsView, toInterpretOptions, type FormOptions } from './options.js';
import { candidatesIn, readingChoice, type PickedReading } from './reading-choice.js';

/**
 * What the user chooses about a text: the options, and what the form offers beside what it understood: which records,
 * whether they are one complex, what the chains are called, how a gene is read.
 */
export class RecordChoices {
  readonly options = optionsView(() => {
    this.#read();
  });
  /** Which coding sequences of many; hidden until they have to be chosen. */
  readonly records = namesField('Coding sequences to fold: names, separated by commas', () => {
    this.#read();
  });
  /** Hidden until there are several chains. */
  readonly chainNames = namesField('Names of the chains, separated by commas', () => {
    this.#onChange();
  });
  readonly #complex = tickBox('All records are the chains of one complex', () => {
    this.#onChange();
  });
  readonly #circular = tickBox('The DNA is circular, as plasmids are', () => {
    this.#read();
  });
  readonly #onChange: () => void;
  #picked: PickedReading | undefined;

  /** @param onChange called after every choice */
  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** All that is chosen. */
  value(): FormOptions {
    const record = this.records.value();
    const chainNames = this.chainNames.value();
    return {
      ...this.options.value(),
      ...(this.#complex.input.checked && { complex: true }),
      ...(this.#circular.input.checked && { circular: true }),
      ...(record && { record }),
      ...(chainNames && { chainNames }),
      ...this.#picked,
    };
  }

  /** Forgets what was chosen for another text. */
  forget() {
    this.#picked = undefined;
    this.records.forget();
    this.chainNames.forget();
  }

  /** What is offered beside a text that was understood. */
  offeredFor(records: readonly Interpretation[], text: string): HTMLElement[] {
    const { complex } = this.value();
    const several = records.find(({ chains }) => chains.length > 1);
    if (several) this.chainNames.show(several.chains.map(({ id }) => id));
    const offered = records.length > 1 || complex ? [this.#complex.element] : [];
    if (!records.some(({ kind }) => kind !== 'protein')) return offered;
    const { start, frame } = this.options.value();
    const unpicked = { ...this.value(), start, frame };
    const candidates = candidatesIn(
      this.#picked ? interpret(text, toInterpretOptions(unpicked)) : records,
    );
    const reading = readingChoice(candidates, {
      picked: this.#picked,
      isGiven: start !== undefined || frame !== undefined,
      onPick: (picked) => {
        this.#picked = picked;
        this.#onChange();
      },
    });
    return [...offered, ...(candidates.length > 0 ? [reading] : []), this.#circular.element];
  }

  /** What is offered beside a text that was refused: what may have been ticked for it, and the records to choose from. */
  offeredBeside({ details: { names } }: FoldError): HTMLElement[] {
    if (Array.isArray(names)) this.records.show(names as string[]);
    return this.#complex.input.checked ? [this.#complex.element] : [];
  }

  /** Reads the text again; a reading that was picked belongs to how it was read before. */
  #read() {
    this.#picked = undefined;
    this.#onChange();
  }
}

import { GENETIC_CODES } from '#sequence/genes/genetic-code';
import type { InterpretOptions, SequenceKind } from '#sequence/interpretation';
import { READING_FRAMES, type ReadingFrame } from '#sequence/genes/reading-frame';
import { h, select, tickBox } from '../page/dom.js';

/** What the user chose under "Options"; absent = let the program decide. */
export interface FormOptions {
  readonly type?: SequenceKind;
  readonly geneticCode?: number;
  readonly frame?: ReadingFrame | undefined;
  readonly numRecycles?: number;
  readonly complex?: boolean;
  readonly circular?: boolean;
  /** Names of the records that are read; all if left out. */
  readonly record?: readonly string[];
  /** First letter of the first codon. */
  readonly start?: number | undefined;
  readonly alternativeStarts?: boolean;
  /** Of a complex. */
  readonly chainNames?: readonly string[];
}

/** The same for `interpret`. */
export function toInterpretOptions(options: FormOptions): InterpretOptions {
  const { type = 'auto', frame = 'auto', start, record } = options;
  const { geneticCode, complex, circular, alternativeStarts, chainNames } = options;
  return {
    ...(geneticCode === undefined ? {} : { geneticCode }),
    ...(start === undefined ? {} : { start }),
    ...(complex === undefined ? {} : { complex }),
    ...(circular === undefined ? {} : { circular }),
    ...(alternativeStarts === undefined ? {} : { alternativeStarts }),
    ...(chainNames === undefined ? {} : { chainNames }),
    ...(record === undefined ? {} : { records: record }),
    type,
    frame,
  };
}

/** The folded-away part of the form. */
export interface OptionsView {
  readonly element: HTMLElement;
  readonly value: () => FormOptions;
  /** What is wrong with a field, in the browser's words; undefined where nothing is. */
  readonly problem: () => string | undefined;
}

/** More than a file may hold that the form opens. */
const MOST_LETTERS = 20_000_000;

const signed = (frame: number): string => `${frame > 0 ? '+' : '−'}${Math.abs(frame)}`;

/** @param onChange called after every change */
export function optionsView(onChange: () => void): OptionsView {
  const type = select({
    label: 'Sequence type',
    value: 'auto',
    entries: [
      { value: 'auto', label: 'Recognise' },
      { value: 'protein', label: 'Protein' },
      { value: 'dna', label: 'DNA' },
      { value: 'rna', label: 'RNA' },
    ],
    onChange,
  });
  const code = select({
    label: 'Genetic code',
    value: '',
    entries: [
      { value: '', label: 'As the file says, else standard' },
      ...GENETIC_CODES.map(({ id, name }) => ({ value: String(id), label: `${id} · ${name}` })),
    ],
    onChange,
  });
  const frame = select({
    label: 'Reading frame',
    value: 'auto',
    entries: [
      { value: 'auto', label: 'Longest open reading frame' },
      ...READING_FRAMES.map((each) => ({ value: String(each), label: signed(each) })),
    ],
    onChange,
  });
  const wholeNumber = (limits: { min: number; max: number }, placeholder: string) =>
    h('input', {
      ...{ type: 'number', step: 1, ...limits, placeholder },
      'aria-describedby': 'problem',
      on: { input: onChange },
    });
  const start = wholeNumber({ min: 1, max: MOST_LETTERS }, 'automatic');
  const alternativeStarts = tickBox(
    'Start at CTG, GTG and others too, where the genetic code has them',
    onChange,
  );
  const recycles = wholeNumber({ min: 0, max: 20 }, 'default');
  const numbers = { 'First letter of the first codon': start, Recycles: recycles };
  const field = (label: string, input: HTMLElement): HTMLElement =>
    h('label', { class: 'field' }, h('span', {}, label), input);
  const numberIn = ({ value, validity }: HTMLInputElement): number | undefined =>
    value !== '' && validity.valid ? Number(value) : undefined;
  const element = h(
    'details',
    { class: 'options' },
    h('summary', {}, 'Options'),
    h(
      'div',
      { class: 'fields' },
      type,
      code,
      frame,
      ...Object.entries(numbers).map(([label, input]) => field(label, input)),
    ),
    alternativeStarts.element,
  );
  return {
    element,
    value: () => {
      const [first, numRecycles] = [numberIn(start), numberIn(recycles)];
      return {
        ...(code.input.value !== '' && { geneticCode: Number(code.input.value) }),
        ...(type.input.value !== 'auto' && { type: type.input.value as SequenceKind }),
        ...(frame.input.value !== 'auto' && { frame: Number(frame.input.value) as ReadingFrame }),
        ...(first !== undefined && { start: first }),
        ...(alternativeStarts.input.checked && { alternativeStarts: true }),
        ...(numRecycles !== undefined && { numRecycles }),
      };
    },
    problem: () => {
      const wrong = Object.entries(numbers).find(([, { validity }]) => !validity.valid);
      return wrong && `${wrong[0]}: ${wrong[1].validationMessage}`;
    },
  };
}

import { GENETIC_CODES } from '#sequence/genes/genetic-code';
import type { InterpretOptions, SequenceKind } from '#sequence/interpretation';
import { READING_FRAMES, type ReadingFrame } from '#sequence/genes/reading-frame';
import { h, select } from '../page/dom.js';

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
  /** First letter of the first codon; chosen among the candidates. */
  readonly start?: number | undefined;
}

/** The same for `interpret`. */
export function toInterpretOptions(options: FormOptions): InterpretOptions {
  const { geneticCode, type = 'auto', frame = 'auto', start, complex, circular, record } = options;
  return {
    ...(geneticCode === undefined ? {} : { geneticCode }),
    ...(start === undefined ? {} : { start }),
    ...(complex === undefined ? {} : { complex }),
    ...(circular === undefined ? {} : { circular }),
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
  const recycles = h('input', {
    type: 'number',
    min: 0,
    max: 20,
    step: 1,
    placeholder: 'default',
    'aria-describedby': 'problem',
    on: { input: onChange },
  });
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
      h('label', { class: 'field' }, h('span', {}, 'Recycles'), recycles),
    ),
  );
  return {
    element,
    value: () => ({
      ...(code.input.value !== '' && { geneticCode: Number(code.input.value) }),
      ...(type.input.value !== 'auto' && { type: type.input.value as SequenceKind }),
      ...(frame.input.value !== 'auto' && { frame: Number(frame.input.value) as ReadingFrame }),
      ...(recycles.value !== '' &&
        recycles.validity.valid && { numRecycles: Number(recycles.value) }),
    }),
    problem: () =>
      recycles.validity.valid ? undefined : `Recycles: ${recycles.validationMessage}`,
  };
}

import type { FoldError } from '#errors';
import { h, uniqueId } from '../page/dom.js';

/** Where the coding sequences of a genome are chosen; it is seen only where there is a choice to make. */
export interface RecordField {
  readonly element: HTMLElement;
  /** The names that were chosen; undefined for none. */
  readonly value: () => readonly string[] | undefined;
  /** Shows the field, with the names of an error of `chooseRecords` to choose from. */
  readonly offer: (error: FoldError) => void;
  /** Hides the field: the text is another one. */
  readonly forget: () => void;
}

/** @param onChange called after every choice */
export function recordField(onChange: () => void): RecordField {
  const listId = uniqueId('records');
  const list = h('datalist', { id: listId });
  const input = h('input', {
    list: listId,
    spellcheck: 'false',
    autocomplete: 'off',
    on: {
      change: onChange,
      keydown: (event) => {
        if (event.key !== 'Enter') return;
        event.preventDefault(); // what is chosen is shown before it is folded
        onChange();
      },
    },
  });
  const label = 'Coding sequences to fold: names, separated by commas';
  const element = h('label', { class: 'field', hidden: true }, h('span', {}, label), input, list);
  return {
    element,
    value: () => {
      const names = input.value.split(',').map((name) => name.trim());
      const given = names.filter((name) => name !== '');
      return given.length > 0 ? given : undefined;
    },
    offer: ({ details: { names } }) => {
      if (!Array.isArray(names)) return;
      list.replaceChildren(...names.map((name: string) => h('option', { value: name })));
      element.hidden = false;
    },
    forget: () => {
      input.value = '';
      element.hidden = true;
    },
  };
}

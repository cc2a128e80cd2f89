import { h, uniqueId } from '../page/dom.js';

/** A field for names between commas; it is seen only where there is a choice to make. */
export interface NamesField {
  readonly element: HTMLElement;
  /** The names that were given; undefined for none. */
  readonly value: () => readonly string[] | undefined;
  /** Shows the field, with names to choose from, or those that count if none are given. */
  readonly show: (names: readonly string[]) => void;
  /** Hides the field: the text is another one. */
  readonly forget: () => void;
}

/** Names that are shown as an example. */
const NUM_EXAMPLES = 3;
/** Who has not typed for so long is done, or looks up the next name. */
const PAUSE_MS = 400;

/**
 * @param label what the names are of
 * @param onChange called once names are given, and not for each letter of them
 */
export function namesField(label: string, onChange: () => void): NamesField {
  const listId = uniqueId('names');
  const list = h('datalist', { id: listId });
  let pause: ReturnType<typeof setTimeout> | undefined;
  const input = h('input', {
    list: listId,
    spellcheck: 'false',
    autocomplete: 'off',
    on: {
      // not `change`: it comes with the click on what is next, which would be moved away under the pointer
      input: () => {
        clearTimeout(pause);
        pause = setTimeout(onChange, PAUSE_MS);
      },
      keydown: (event) => {
        if (event.key !== 'Enter') return;
        event.preventDefault(); // what is chosen is shown before it is folded
        clearTimeout(pause);
        onChange();
      },
    },
  });
  const element = h('label', { class: 'field', hidden: true }, h('span', {}, label), input, list);
  return {
    element,
    value: () => {
      const names = input.value.split(',').map((name) => name.trim());
      const given = names.filter((name) => name !== '');
      return given.length > 0 ? given : undefined;
    },
    show: (names) => {
      list.replaceChildren(...names.map((name) => h('option', { value: name })));
      input.placeholder = names.slice(0, NUM_EXAMPLES).join(', ');
      element.hidden = false;
    },
    forget: () => {
      clearTimeout(pause);
      input.value = '';
      element.hidden = true;
    },
  };
}

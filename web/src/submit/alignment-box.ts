import type { AnyModel } from '../data/local-model.js';
import { h } from '../page/dom.js';

const HELP =
  'a3m, aligned FASTA or Stockholm of one sequence, packed by gzip or not; its first row is the sequence itself. “Fold” keeps it on this server with the prediction, “Fold in this browser” sends it nowhere.';

/** Where an alignment is pasted, dropped or opened; there only for models that read one. */
export interface AlignmentBox {
  readonly element: HTMLElement;
  /** What was given: text, or a file as it is. */
  readonly value: () => string | File | undefined;
  /** Whether relatives shall be searched for instead. */
  readonly isSearched: () => boolean;
  /** Shows or hides the box. @param model that is chosen */
  readonly suit: (model: AnyModel | undefined) => void;
}

/** @param onChange called after every change */
export function alignmentBox(onChange: () => void): AlignmentBox {
  let file: File | undefined;
  const text = h('textarea', {
    id: 'alignment',
    rows: 4,
    spellcheck: 'false',
    autocomplete: 'off',
    'aria-describedby': 'alignment-help',
    placeholder:
      'Paste an alignment, or drop its file here. Without relatives this model is rarely right.',
    on: { input: onChange },
  });
  const chosen = h('p', { class: 'chosen' });
  const search = h('input', { type: 'checkbox', id: 'search-relatives' });
  search.addEventListener('change', () => {
    given.hidden = search.checked;
    onChange();
  });
  const searchWords = h('span', { class: 'hint' });
  const searchChoice = h(
    'div',
    { class: 'search-choice', hidden: true },
    h('label', { for: 'search-relatives' }, search, ' Search for relatives'),
    searchWords,
  );
  const take = (given: File | undefined): void => {
    file = given;
    text.hidden = given !== undefined;
    chosen.replaceChildren(...(given ? [fileName(given), removeButton(take)] : []));
    onChange();
  };
  const picker = h('input', {
    type: 'file',
    class: 'unseen',
    tabindex: -1,
    'aria-label': 'Alignment file',
  });
  picker.addEventListener('change', () => {
    take(picker.files?.[0]);
    picker.value = '';
  });
  const open = h(
    'button',
    {
      type: 'button',
      class: 'quiet',
      on: {
        click: () => {
          picker.click();
        },
      },
    },
    'Open a file…',
  );
  const given = h(
    'div',
    {},
    h('label', { for: 'alignment' }, 'Alignment of relatives'),
    text,
    chosen,
    h(
      'div',
      { class: 'row' },
      h('span', { class: 'hint', id: 'alignment-help' }, HELP),
      open,
      picker,
    ),
  );
  const element = h('div', { class: 'alignment', hidden: true }, searchChoice, given);
  element.addEventListener('drop', (event) => {
    const [dropped] = event.dataTransfer?.files ?? [];
    if (!dropped) return; // dropped text goes its usual way
    event.preventDefault();
    event.stopPropagation(); // else it would be taken for the sequence
    take(dropped);
  });
  return {
    element,
    value: () => {
      if (element.hidden || given.hidden) return undefined;
      return file ?? (text.value.trim() === '' ? undefined : text.value);
    },
    isSearched: () => !element.hidden && !searchChoice.hidden && search.checked,
    suit: (model) => {
      element.hidden = model?.readsAlignments !== true;
      const server = model?.alignmentServer;
      searchChoice.hidden = server === undefined;
      given.hidden = server !== undefined && search.checked;
      if (server !== undefined) searchWords.textContent = whatLeaves(server);
    },
  };
}

/** What a search sends, and where. */
function whatLeaves(server: string): string {
  const { host } = new URL(server);
  return `The letters of the sequence leave this server for ${host}; its name does not. A search takes minutes, and ${host} may keep what it was asked.`;
}

function fileName({ name, size }: File): string {
  const howLarge =
    size < 1e6 ? `${Math.max(1, Math.round(size / 1e3))} kB` : `${(size / 1e6).toFixed(1)} MB`;
  return `${name}, ${howLarge} `;
}

function removeButton(take: (file: undefined) => void): HTMLElement {
  const remove = (): void => {
    take(undefined);
  };
  return h('button', { type: 'button', class: 'quiet', on: { click: remove } }, 'Remove');
}

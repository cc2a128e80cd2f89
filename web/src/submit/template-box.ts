import type { AnyModel } from '../data/local-model.js';
import { h } from '../page/dom.js';
import { templateSearchChoice, type TemplatePlace } from './template-search-choice.js';

const HELP =
  'PDB or mmCIF files, packed by gzip or not. What is related to the sequence is folded after. “Fold” keeps it on this server with the prediction, “Fold in this browser” sends it nowhere.';

/** Where known structures of relatives are dropped or opened; there only for models that read them. */
export interface TemplateBox {
  readonly element: HTMLElement;
  /** What was given, or where templates are searched for. */
  readonly value: () => readonly File[] | TemplatePlace;
  /** Shows or hides the box. @param model that is chosen */
  readonly suit: (model: AnyModel | undefined) => void;
}

/** @param onChange called after every change */
export function templateBox(onChange: () => void): TemplateBox {
  let files: readonly File[] = [];
  const list = h('ul', { class: 'template-files' });
  const take = (given: readonly File[]): void => {
    files = given;
    list.replaceChildren(
      ...files.map((file) =>
        h(
          'li',
          {},
          `${file.name} `,
          h(
            'button',
            {
              type: 'button',
              class: 'quiet',
              'aria-label': `Remove ${file.name}`,
              on: {
                click: () => {
                  take(files.filter((other) => other !== file));
                },
              },
            },
            'Remove',
          ),
        ),
      ),
    );
    onChange();
  };
  const picker = h('input', {
    type: 'file',
    multiple: true,
    class: 'unseen',
    tabindex: -1,
    accept: '.pdb,.ent,.cif,.mmcif,.gz',
    'aria-label': 'Template files',
  });
  picker.addEventListener('change', () => {
    take([...files, ...(picker.files ?? [])]);
    picker.value = '';
  });
  const open = (): void => {
    picker.click();
  };
  const given = h(
    'div',
    {},
    h(
      'div',
      { class: 'row' },
      h('span', { class: 'hint' }, 'Drop it here as a template.'),
      h('button', { type: 'button', class: 'quiet', on: { click: open } }, 'Open files…'),
      picker,
    ),
    list,
    h('p', { class: 'hint' }, HELP),
  );
  const search = templateSearchChoice(() => {
    given.hidden = search.value() !== undefined;
    onChange();
  });
  const element = h(
    'div',
    { class: 'templates', role: 'group', 'aria-label': 'Templates', hidden: true },
    h('b', {}, 'Is the structure of a relative known?'),
    search.element,
    given,
  );
  element.addEventListener('drop', (event) => {
    const dropped = [...(event.dataTransfer?.files ?? [])];
    if (dropped.length === 0 || given.hidden) return;
    event.preventDefault();
    event.stopPropagation(); // else it would be taken for the sequence
    take([...files, ...dropped]);
  });
  return {
    element,
    value: () => (element.hidden ? [] : (search.value() ?? files)),
    suit: (model) => {
      element.hidden = model?.readsTemplates !== true;
      search.suit(model);
      given.hidden = search.value() !== undefined;
    },
  };
}

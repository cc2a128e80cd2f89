import type { AnyModel } from '../data/local-model.js';
import { h } from '../page/dom.js';

/** Where a server searches for templates. */
export type TemplatePlace = 'library' | 'pdb';

/** Whether templates are given as files or searched for; there only where the server searches. */
export interface TemplateSearchChoice {
  readonly element: HTMLElement;
  /** Undefined where files are given. */
  readonly value: () => TemplatePlace | undefined;
  /** Shows what the server offers. @param model that is chosen */
  readonly suit: (model: AnyModel | undefined) => void;
}

/** @param onChange called after every change */
export function templateSearchChoice(onChange: () => void): TemplateSearchChoice {
  let chosen: TemplatePlace | undefined;
  const words = h('p', { class: 'hint', hidden: true });
  const choices = h('div', { class: 'template-places' });
  const element = h('div', { hidden: true }, choices, words);
  const choice = (label: string, place: TemplatePlace | undefined, what: string): HTMLElement => {
    const choose = (): void => {
      chosen = place;
      words.textContent = what;
      words.hidden = what === '';
      onChange();
    };
    const checked = chosen === place;
    const attributes = { type: 'radio', name: 'template-place', checked, on: { change: choose } };
    return h('label', {}, h('input', attributes), ` ${label}`);
  };
  let shown = '';
  return {
    element,
    value: () => (element.hidden ? undefined : chosen),
    suit: (model) => {
      const { templateLibrary: library, templateServer: server } = model ?? {};
      element.hidden = library === undefined && server === undefined;
      const offered = JSON.stringify([library, server]);
      if (offered === shown) return;
      shown = offered;
      chosen = undefined;
      words.hidden = true;
      choices.replaceChildren(
        choice('Give files', undefined, ''),
        ...(library
          ? [choice(`Search this server’s library of ${library.numChains} chains`, 'library', IN_LIBRARY)] // prettier-ignore
          : []),
        ...(server === undefined ? [] : [choice('Search the PDB', 'pdb', whatLeaves(server))]),
      );
    },
  };
}

const IN_LIBRARY =
  'Its relatives of known structure are looked for on this server, which takes seconds; the sequence is sent nowhere else.';

/** What a search sends, and where. */
function whatLeaves(server: string): string {
  const { host } = new URL(server);
  return `The letters of the sequence leave this server for ${host}; its name does not. The structures that are found are downloaded from there, which takes a minute or two, and ${host} may keep what it was asked.`;
}

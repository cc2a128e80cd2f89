import { verdictOf, type Verdict } from '#confidence/verdict';
import { tmScoreOf, type RatedModel } from '../server/api.js';
import { selectionText } from '../panels/residue-text.js';
import { h } from '../page/dom.js';
import type { Selection } from '../molecule/selection.js';
import { draftText, formUrl, type Draft } from '../data/draft.js';
import { titleOfResult, type Result } from '../data/result.js';

/** Nearly all: nobody has to be told which residues are meant. */
const NEARLY_ALL = 0.95;
/** Most: nothing better has to be looked for. */
const MOST = 0.7;

const residuesOf = ({ trusted }: Verdict): number[] =>
  trusted.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, i) => first + i));

function trustedParts(verdict: Verdict, { molecule }: Result, selection: Selection): HTMLElement {
  if (verdict.trusted.length === 0)
    return h(
      'p',
      {},
      'Do not rely on any part of it: no stretch of residues reaches a pLDDT of 70.',
    );
  if (verdict.trustedShare >= NEARLY_ALL)
    return h('p', {}, 'Nearly every residue is predicted with confidence (pLDDT above 70).');
  const residues = residuesOf(verdict);
  const select = h(
    'button',
    {
      type: 'button',
      class: 'quiet',
      on: {
        click: () => {
          selection.select(residues);
        },
      },
    },
    selectionText(molecule, new Set(residues)),
  );
  const reservation =
    verdict.fold === 'right'
      ? ''
      : verdict.trusted.length === 1
        ? ' All else is a guess.'
        : ' How these parts lie to each other is a guess.';
  return h(
    'p',
    {},
    'The local shape of ',
    select,
    ` can be trusted (pLDDT above 70).${reservation}`,
  );
}

/** A served model of higher accuracy than the one that was used. */
function betterModel({ models = [], confidence }: Result): RatedModel | undefined {
  const used = models.find(({ name }) => name === confidence.model.name);
  const [best] = models.toSorted((a, b) => tmScoreOf(b) - tmScoreOf(a));
  return best && tmScoreOf(best) > tmScoreOf(used ?? {}) ? best : undefined;
}

/** What was not given and would help: to the model that was used where it reads such a thing, else to another. */
function modelThatReads(
  what: 'readsTemplates' | 'readsAlignments',
  { models = [], confidence }: Result,
): RatedModel | undefined {
  const readers = models.filter((model) => model[what]);
  return readers.find(({ name }) => name === confidence.model.name) ?? readers[0];
}

/** What the buttons beside a verdict do. */
interface VerdictActions {
  /** Shows where known structures are looked for. */
  readonly lookUp: () => void;
  /** Shows the known structure of the sequence beside the prediction. */
  readonly showKnown: () => void;
}

/** What leads to a better structure, or to one that is known. */
function advice(
  verdict: Verdict,
  result: Result,
  { lookUp, showKnown }: VerdictActions,
): HTMLElement[] {
  const { chains, alignment, templates, knownStructure } = result.confidence;
  const text = draftText(titleOfResult(result), chains);
  const toForm = (label: string, draft: Omit<Draft, 'text'>): HTMLElement =>
    h('a', { class: 'button', href: formUrl({ text, ...draft }), 'data-route': true }, label);
  const links: HTMLElement[] = [];
  const isWanting = verdict.fold !== 'right' || verdict.trustedShare < MOST;
  if (isWanting && result.models) {
    const better = betterModel(result);
    if (better) links.push(toForm(`Fold with ${better.name}`, { model: better.name }));
    else links.push(toForm('Fold with another model', { part: 'models' }));
    const [folder, aligner] = [
      templates || chains.length > 1 ? undefined : modelThatReads('readsTemplates', result),
      alignment ? undefined : modelThatReads('readsAlignments', result),
    ];
    if (folder) links.push(toForm('Add a template', { model: folder.name, part: 'templates' }));
    if (aligner) links.push(toForm('Add an alignment', { model: aligner.name, part: 'alignment' }));
  }
  if (result.models) links.push(toForm('Edit and fold again', {}));
  if (location.protocol === 'file:')
    return result.address === undefined ? [] : [backLink(result.address)];
  links.push(
    knownStructure
      ? h('button', { type: 'button', on: { click: showKnown } }, 'Compare with what is known')
      : h('button', { type: 'button', on: { click: lookUp } }, 'Already known?'),
  );
  return links;
}

/** A saved page reaches no network, but the reader's browser may. */
function backLink(address: string): HTMLElement {
  return h(
    'a',
    { class: 'button', href: address, target: '_blank', rel: 'noopener noreferrer' },
    'Go on in codonfold ↗',
  );
}

/** How far a prediction can be trusted, in words, and what to do for a better one. */
export function verdictView(
  result: Result,
  selection: Selection,
  actions: VerdictActions,
): HTMLElement {
  const { model, ptm, iptm, chains, chainPairs, templates, knownStructure } = result.confidence;
  const verdict = verdictOf({
    model: model.name,
    templates,
    ptm,
    iptm,
    chainPairs,
    plddt: chains.map(({ plddt }) => plddt),
  });
  return h(
    'section',
    { class: `verdict verdict-${verdict.fold}`, 'aria-label': 'Verdict' },
    h(
      'div',
      {},
      h('h2', {}, verdict.headline),
      knownStructure &&
        h(
          'p',
          { class: 'known' },
          `The structure of this very sequence is known: ${knownStructure.source}, chain ${knownStructure.chainId}.`,
        ),
      trustedParts(verdict, result, selection),
      verdict.arrangement && h('p', { class: 'arrangement' }, verdict.arrangement.text),
      h('p', { class: 'hint' }, verdict.basis),
    ),
    h('div', { class: 'actions' }, ...advice(verdict, result, actions)),
  );
}

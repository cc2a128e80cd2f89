import type { Confidence } from '#predict/files/confidence';
import { describeEngine } from '#tensor/engine/describe-engine';
import { attentionPanel } from '../panels/attention-panel.js';
import { comparePanel } from '../panels/compare-panel.js';
import { confidencePanel } from '../panels/confidence-panel.js';
import { coveragePanel } from '../panels/coverage-panel.js';
import { contactPanel } from '../panels/contact-panel.js';
import type { PanelContext } from '../panels/panel.js';
import { residueTable } from '../panels/residue-table.js';
import { templatePanel } from '../panels/template-panel.js';
import { sequenceStrip } from '../panels/sequence-strip.js';
import { h } from '../page/dom.js';
import type { Page } from '../page/page.js';
import { Selection } from '../molecule/selection.js';
import { ResidueColouring } from '../panels/residue-colouring.js';
import { titleOfResult, type Result } from '../data/result.js';
import { tabs, type Tab } from './tabs.js';
import { verdictView } from './verdict-view.js';
import { ViewerPane } from './viewer-pane.js';

function headline(result: Result): HTMLElement {
  const { confidence, molecule } = result;
  const chains = molecule.chains.length;
  const facts = [
    `${molecule.numResidues} residues${chains > 1 ? ` in ${chains} chains` : ''}`,
    `model ${confidence.model.name}`,
    `${confidence.numRecycles} recycles`,
    ...(confidence.engine ? [`computed on ${describeEngine(confidence.engine)}`] : []),
  ];
  const figure = (term: string, value: string, note: string): HTMLElement =>
    h('div', {}, h('dt', {}, term), h('dd', {}, value), h('dd', { class: 'hint' }, note));
  return h(
    'div',
    { class: 'headline' },
    h('div', {}, h('h1', {}, titleOfResult(result)), h('p', { class: 'hint' }, facts.join(' · '))),
    h(
      'dl',
      { class: 'scores' },
      figure('pLDDT', confidence.meanPlddt.toFixed(1), 'mean, 0–100'),
      figure('pTM', confidence.ptm.toFixed(2), 'whole fold, 0–1'),
      confidence.iptm === undefined
        ? undefined
        : figure('ipTM', confidence.iptm.toFixed(2), 'between chains, 0–1'),
    ),
  );
}

/**
 * A finished prediction: 3D view, panels and sequence, linked by one selection.
 *
 * @param actions buttons beside the headline
 */
export function resultView(result: Result, actions: readonly HTMLElement[]): Page {
  const selection = new Selection(result.molecule.numResidues);
  const colouring = new ResidueColouring();
  const pane = new ViewerPane(result, selection, colouring);
  const context: PanelContext = {
    result,
    selection,
    viewer: pane.viewer,
    colouring,
    compared: {},
  };
  const { attention, confidence } = result;
  const { alignment, templates } = confidence;
  let known: Confidence['knownStructure'];
  const entries: Tab[] = [
    { label: 'Confidence', create: () => confidencePanel(context) },
    ...(alignment ? [{ label: 'Alignment', create: () => coveragePanel(context, alignment) }] : []),
    ...(templates
      ? [{ label: 'Templates', create: () => templatePanel(context, templates, known) }]
      : []),
    { label: 'Distances', create: () => contactPanel(context) },
    ...(attention
      ? [{ label: 'Attention', create: () => attentionPanel(context, attention) }]
      : []),
    { label: 'Residues', create: () => residueTable(context) },
    { label: 'Compare', create: () => comparePanel(context) },
  ];
  const panels = tabs(entries);
  if (result.wildtype !== undefined || result.reference) panels.open('Compare');
  const strip = sequenceStrip(context);
  const warnings = result.confidence.warnings.map((warning) => h('li', {}, warning));
  const element = h(
    'div',
    { class: 'result' },
    h(
      'div',
      { class: 'result-head' },
      headline(result),
      h('div', { class: 'actions' }, ...actions),
    ),
    verdictView(result, selection, {
      lookUp: () => {
        panels.open('Compare');
      },
      showKnown: () => {
        known = confidence.knownStructure;
        panels.open('Templates');
        known = undefined;
      },
    }),
    warnings.length > 0 ? h('ul', { class: 'warnings' }, ...warnings) : undefined,
    h(
      'div',
      { class: 'workspace' },
      pane.element,
      h('section', { class: 'card panels', 'aria-label': 'Details' }, panels.element),
    ),
    h('section', { class: 'card strip-card', 'aria-label': 'Sequence' }, strip.element),
  );
  return {
    title: `${titleOfResult(result)} · codonfold`,
    element,
    dispose: () => {
      strip.dispose();
      panels.dispose();
      pane.dispose();
    },
  };
}

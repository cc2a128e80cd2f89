import type { TemplateSummary, TemplateUse } from '#architectures/family';
import { messageOf } from '#errors';
import type { Confidence } from '#predict/files/confidence';
import { percent } from '#structure/compare-structures';
import { h } from '../page/dom.js';
import type { TemplateSource } from '../data/result.js';
import type { Panel, PanelContext } from './panel.js';
import { ShownComparison } from './shown-comparison.js';

/** Letters of an alignment in a line. */
const LINE = 40;

/**
 * The templates of a prediction: which were used, how they are aligned, and each beside the prediction on request.
 *
 * @param shownFirst the one that is beside it from the start
 */
export function templatePanel(
  context: PanelContext,
  { chains }: TemplateSummary,
  shownFirst?: Confidence['knownStructure'],
): Panel {
  const { template } = context.result;
  const outcome = h('div', { class: 'panel-stack' });
  const shown = new ShownComparison(context, outcome);
  const show = (use: TemplateUse, source: TemplateSource): void => {
    shown.clear();
    source(use).then(
      (structure) => void shown.compare({ name: use.source, structure }, {}),
      (error: unknown) => {
        shown.complain(messageOf(error));
      },
    );
  };
  const first = chains.find(
    ({ source, chainId }) => source === shownFirst?.source && chainId === shownFirst.chainId,
  );
  if (first && template) show(first, template);
  const used = chains.filter(({ isUsed }) => isUsed);
  const others = chains.filter(({ isUsed }) => !isUsed);
  const element = h(
    'div',
    { class: 'panel-stack' },
    ...used.map((use) => {
      const click = (): void => {
        if (template) show(use, template);
      };
      return usedTemplate(use, template ? click : undefined);
    }),
    others.length === 0
      ? undefined
      : h(
          'div',
          {},
          h('p', {}, 'Not used, since it is no relative or adds nothing:'),
          h('ul', {}, ...others.map((use) => h('li', {}, `${nameOf(use)}, ${chanceOf(use)}`))),
        ),
    outcome,
  );
  return {
    element,
    dispose: () => {
      shown.clear();
    },
  };
}

function usedTemplate(use: TemplateUse, show: (() => void) | undefined): HTMLElement {
  const { identity, coverage, residues } = use;
  const without = residues.filter((number) => number === '').length;
  return h(
    'section',
    { class: 'template-use' },
    h('h2', {}, nameOf(use)),
    h(
      'p',
      {},
      `${percent(identity)} identical over ${percent(coverage)} of the sequence, ${chanceOf(use)}. `,
      without === 0
        ? 'Every residue was folded after it.'
        : `${residues.length - without} of ${residues.length} residues were folded after it.`,
    ),
    h('pre', { class: 'alignment-text', tabindex: 0, 'aria-label': 'Alignment' }, linesOf(use)),
    show && h('button', { type: 'button', on: { click: show } }, 'Show it beside the prediction'),
  );
}

function linesOf({ alignedQuery, alignedTemplate }: TemplateUse): string {
  const lines: string[] = [];
  for (let start = 0; start < alignedQuery.length; start += LINE) {
    const query = alignedQuery.slice(start, start + LINE);
    const template = alignedTemplate.slice(start, start + LINE);
    const same = Array.from(query, (letter, k) => (letter === template[k] ? '|' : ' ')).join('');
    lines.push(`sequence  ${query}`, `          ${same}`.trimEnd(), `template  ${template}`, '');
  }
  return lines.join('\n').trimEnd();
}

const nameOf = ({ source, chainId }: TemplateUse): string => `${source}, chain ${chainId}`;
const chanceOf = ({ expectedByChance }: TemplateUse): string =>
  `E ${expectedByChance.toExponential(0)}`;

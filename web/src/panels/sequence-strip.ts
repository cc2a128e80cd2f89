import { announce } from '../page/announce.js';
import { h, uniqueId } from '../page/dom.js';
import type { SelectionState } from '../molecule/selection.js';
import { residueColour, type Rgb } from '../viewer/colours.js';
import type { Panel, PanelContext } from './panel.js';
import { residueText } from './residue-text.js';
import { templateLetters, type TemplateLetter } from './template-letters.js';

const BLOCK = 10;

/** Black or white, whichever reads better on a colour. @source WCAG 2.2, relative luminance */
export function inkOn([red, green, blue]: Rgb): string {
  const linear = (value: number): number => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  const luminance = 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
  return luminance > 0.179 ? '#000000' : '#ffffff';
}

/**
 * The sequence, residue by residue: colours as in the picture, a mark for secondary structure, codons for genes. A list
 * box for the keyboard: arrows walk, Shift extends, Home and End jump.
 */
export function sequenceStrip(context: PanelContext): Panel {
  const { result, selection, colouring } = context;
  const { molecule, codons, confidence } = result;
  const used = confidence.templates?.chains.filter(({ isUsed }) => isUsed) ?? [];
  const templates = templateLetters(used, molecule.numResidues);
  const prefix = uniqueId('residue');
  const cells = Array.from(molecule.sequence, (letter, residue) =>
    h(
      'span',
      {
        role: 'option',
        id: `${prefix}-${residue}`,
        class: `cell ss-${molecule.secondary[residue]!}`,
        'aria-selected': 'false',
        'data-residue': residue,
      },
      codons[residue] && h('small', {}, codons[residue].codon),
      used.length > 0 ? templateMark(templates[residue], letter) : undefined,
      h('b', {}, letter),
      h('i', {}),
    ),
  );
  const list = h('div', {
    class: [
      'strip',
      codons.some((codon) => codon) ? 'has-codons' : '',
      used.length > 0 ? 'has-template' : '',
    ].join(' '),
    role: 'listbox',
    tabindex: 0,
    'aria-multiselectable': 'true',
    'aria-label': 'Sequence. Arrow keys walk, Shift extends the selection.',
  });
  for (const chain of molecule.chains)
    list.append(
      h('span', { class: 'chain-name', role: 'presentation' }, `Chain ${chain.id}`),
      ...blocksOf(context, cells.slice(chain.first, chain.first + chain.count), chain.first),
    );
  const caption = h('p', { class: 'hint' });
  const paint = (): void => {
    const above = used.length > 0 ? '; above it the template, a dot where it has no residue' : '';
    caption.textContent = `Coloured by ${colouring.label}${above}`;
    cells.forEach((cell, residue) => {
      const colour = residueColour(molecule, residue, colouring.colouring);
      const text = residueText(result, residue, colouring.shown);
      const template = used.length > 0 ? `, ${templateText(templates[residue])}` : '';
      cell.setAttribute('aria-label', text + template);
      cell.style.setProperty('--colour', `rgb(${colour.join(' ')})`);
      cell.style.setProperty('--ink', inkOn(colour));
    });
  };
  const show = (state: SelectionState, before: SelectionState): void => {
    for (const residue of new Set([...before.selected, ...state.selected]))
      cells[residue]!.setAttribute('aria-selected', String(state.selected.has(residue)));
    if (before.hovered !== null) cells[before.hovered]!.classList.remove('hovered');
    if (state.hovered !== null) cells[state.hovered]!.classList.add('hovered');
    if (before.cursor !== null) cells[before.cursor]!.classList.remove('cursor');
    if (state.cursor === null) return;
    const cell = cells[state.cursor]!;
    cell.classList.add('cursor');
    list.setAttribute('aria-activedescendant', cell.id);
    if (state.cursor !== before.cursor) scrollInto(list, cell);
  };
  listen(list, context);
  paint();
  const stops = [selection.subscribe(show), colouring.subscribe(paint)];
  return {
    element: h('div', {}, caption, list),
    dispose: () => {
      for (const stop of stops) stop();
    },
  };
}

/** The template's letter above one of the sequence. */
function templateMark(mark: TemplateLetter | undefined, letter: string): HTMLElement {
  const kind = mark?.letter === letter ? 'template same' : 'template';
  return h('em', { class: mark ? kind : 'template none' }, mark?.letter ?? '·');
}

function templateText(mark: TemplateLetter | undefined): string {
  if (!mark) return 'no template';
  const { letter, number, template } = mark;
  return `template ${letter} ${number} of ${template.source} chain ${template.chainId}`;
}

/** Groups of ten with the number of their first residue above. */
function blocksOf(
  { result: { molecule } }: PanelContext,
  cells: readonly HTMLElement[],
  first: number,
): HTMLElement[] {
  const blocks: HTMLElement[] = [];
  for (let start = 0; start < cells.length; start += BLOCK)
    blocks.push(
      h(
        'span',
        { class: 'block', role: 'presentation' },
        h(
          'span',
          { class: 'number', 'aria-hidden': 'true' },
          String(molecule.residueNumber[first + start]!),
        ),
        ...cells.slice(start, start + BLOCK),
      ),
    );
  return blocks;
}

function scrollInto(list: HTMLElement, cell: HTMLElement) {
  const [outer, inner] = [list.getBoundingClientRect(), cell.getBoundingClientRect()];
  if (inner.top < outer.top || inner.bottom > outer.bottom)
    list.scrollTop += inner.top - outer.top - outer.height / 2;
}

const residueUnder = (event: Event): number | null => {
  const cell = (event.target as Element).closest<HTMLElement>('[data-residue]');
  return cell ? Number(cell.dataset['residue']) : null;
};

function listen(list: HTMLElement, context: PanelContext) {
  const { selection, viewer } = context;
  let dragFrom: number | null = null;
  list.addEventListener('pointerdown', (event) => {
    const residue = residueUnder(event);
    if (residue === null || event.button !== 0) return;
    if (event.shiftKey) selection.extendTo(residue);
    else if (event.ctrlKey || event.metaKey) selection.toggle(residue);
    else {
      selection.select([residue]);
      dragFrom = residue;
    }
  });
  list.addEventListener('pointermove', (event) => {
    const residue = residueUnder(event);
    selection.hover(residue);
    if (dragFrom === null || residue === null || event.buttons === 0) return;
    const [first, last] = [Math.min(dragFrom, residue), Math.max(dragFrom, residue)];
    selection.select(Array.from({ length: last - first + 1 }, (_, i) => first + i));
  });
  list.addEventListener('pointerup', () => (dragFrom = null));
  list.addEventListener('pointerleave', () => {
    selection.hover(null);
  });
  list.addEventListener('dblclick', (event) => {
    const residue = residueUnder(event);
    if (residue !== null) viewer?.focus([residue]);
  });
  list.addEventListener('keydown', (event) => {
    if (walkByKey(event, context)) event.preventDefault();
  });
}

const STEPS: Readonly<Record<string, number>> = {
  ArrowRight: 1,
  ArrowLeft: -1,
  ArrowDown: BLOCK,
  ArrowUp: -BLOCK,
  Home: -Infinity,
  End: Infinity,
};

/**
 * Moves through residues by the keyboard, and says where it is.
 *
 * @returns whether the key was one of its own
 */
export function walkByKey(
  event: KeyboardEvent,
  { selection, result, viewer, colouring }: Omit<PanelContext, 'compared'>,
): boolean {
  const step = STEPS[event.key];
  if (step !== undefined && !event.altKey && !event.ctrlKey && !event.metaKey) {
    selection.walk(step, event.shiftKey);
    const { cursor, selected } = selection.state;
    if (cursor !== null) {
      const more = selected.size > 1 ? `; ${selected.size} residues selected` : '';
      announce(residueText(result, cursor, colouring.shown) + more);
    }
    return true;
  }
  if (event.key === 'Escape') {
    selection.clear();
    announce('Nothing selected.');
    return true;
  }
  if (event.key === 'Enter' && selection.state.selected.size > 0) {
    viewer?.focus(selection.state.selected);
    return true;
  }
  return false;
}

import { h, svg, uniqueId } from '../page/dom.js';
import { onSettings, settings } from '../page/settings.js';
import { range, runsOf, type SelectionState } from '../molecule/selection.js';
import { CONFIDENCE } from '../viewer/palette.js';
import type { Panel, PanelContext } from './panel.js';

const [WIDTH, HEIGHT] = [600, 190];
const MARGIN = { left: 34, right: 8, top: 8, bottom: 22 };
const INNER = {
  width: WIDTH - MARGIN.left - MARGIN.right,
  height: HEIGHT - MARGIN.top - MARGIN.bottom,
};

/** What a plot shows. */
export interface PlotOptions {
  /** `[N]` 0 … `top`; NaN leaves a gap. */
  readonly values: ArrayLike<number>;
  readonly top: 1 | 100;
  readonly title: string;
}

const yOf = (share: number): number =>
  MARGIN.top + INNER.height * (1 - Math.min(1, Math.max(0, share)));

/** The four classes of confidence as bands behind the line. */
function bands(top: number): SVGGElement {
  const group = svg('g', { class: 'bands' });
  let above = 100;
  for (const { above: limit, colour } of CONFIDENCE[settings().palette]) {
    const below = Math.max(0, limit);
    group.append(
      svg('rect', {
        x: MARGIN.left,
        y: yOf(above / 100),
        width: INNER.width,
        height: yOf(below / 100) - yOf(above / 100),
        fill: colour,
      }),
      svg(
        'text',
        { x: MARGIN.left - 6, y: yOf(above / 100) + 4, class: 'tick' },
        String((above * top) / 100),
      ),
    );
    above = below;
  }
  return group;
}

function linePath(
  values: ArrayLike<number>,
  top: number,
  xOf: (residue: number) => number,
): string {
  let path = '';
  let isDown = false;
  for (let residue = 0; residue < values.length; residue++) {
    const value = values[residue]!;
    if (Number.isNaN(value)) {
      isDown = false;
      continue;
    }
    path += `${isDown ? 'L' : 'M'}${xOf(residue).toFixed(1)} ${yOf(value / top).toFixed(1)}`;
    isDown = true;
  }
  return path;
}

/** A value for each residue as a line over the confidence classes; drag to select, hover to see. */
export function residuePlot(context: PanelContext, options: PlotOptions): Panel {
  const { selection, result } = context;
  const { molecule } = result;
  const { values, top, title } = options;
  const count = Math.max(2, molecule.numResidues);
  const xOf = (residue: number): number => MARGIN.left + (INNER.width * residue) / (count - 1);
  const residueAt = (event: PointerEvent): number => {
    const box = picture.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * WIDTH;
    const residue = Math.round(((x - MARGIN.left) / INNER.width) * (count - 1));
    return Math.min(molecule.numResidues - 1, Math.max(0, residue));
  };
  const background = svg('g', {});
  const selected = svg('g', { class: 'selected' });
  const cursor = svg('line', {
    class: 'cursor',
    y1: MARGIN.top,
    y2: HEIGHT - MARGIN.bottom,
    visibility: 'hidden',
  });
  const readout = svg('text', {
    class: 'readout',
    x: WIDTH - MARGIN.right - 6,
    y: HEIGHT - MARGIN.bottom - 8,
  });
  const axis = svg('g', { class: 'axis' });
  for (const chain of molecule.chains) {
    axis.append(
      svg(
        'text',
        { class: 'tick-x', x: xOf(chain.first), y: HEIGHT - 6 },
        `${chain.id} ${molecule.residueNumber[chain.first]!}`,
      ),
    );
    if (chain.first > 0)
      axis.append(
        svg('line', {
          class: 'divider',
          x1: xOf(chain.first - 0.5),
          x2: xOf(chain.first - 0.5),
          y1: MARGIN.top,
          y2: HEIGHT - MARGIN.bottom,
        }),
      );
  }
  const last = molecule.numResidues - 1;
  axis.append(
    svg(
      'text',
      { class: 'tick-x end', x: WIDTH - MARGIN.right, y: HEIGHT - 6 },
      String(molecule.residueNumber[last] ?? ''),
    ),
  );
  const titleId = uniqueId('plot');
  const picture = svg(
    'svg',
    { class: 'plot', viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-labelledby': titleId },
    svg('title', { id: titleId }, `${title} for ${molecule.numResidues} residues`),
    background,
    selected,
    axis,
    svg('path', { class: 'line', d: linePath(values, top, xOf) }),
    cursor,
    readout,
  );
  const drawBands = (): void => {
    background.replaceChildren(bands(top));
  };
  const show = (state: SelectionState): void => {
    selected.replaceChildren(
      ...runsOf(state.selected).map(([first, end]) =>
        svg('rect', {
          x: xOf(first - 0.5),
          y: MARGIN.top,
          width: Math.max(2, xOf(end + 0.5) - xOf(first - 0.5)),
          height: INNER.height,
        }),
      ),
    );
    const at = state.hovered ?? state.cursor;
    cursor.setAttribute('visibility', at === null ? 'hidden' : 'visible');
    readout.textContent = '';
    if (at === null) return;
    cursor.setAttribute('x1', String(xOf(at)));
    cursor.setAttribute('x2', String(xOf(at)));
    const value = values[at]!;
    readout.textContent = `${molecule.sequence.charAt(at)}${molecule.residueNumber[at]!} · ${Number.isNaN(value) ? 'no value' : value.toFixed(top === 1 ? 2 : 1)}`;
  };
  let dragFrom: number | null = null;
  picture.addEventListener('pointerdown', (event) => {
    dragFrom = residueAt(event);
    picture.setPointerCapture(event.pointerId);
    selection.select([dragFrom]);
  });
  picture.addEventListener('pointermove', (event) => {
    selection.hover(residueAt(event));
    if (dragFrom !== null) selection.select(range(dragFrom, residueAt(event)));
  });
  picture.addEventListener('pointerup', () => (dragFrom = null));
  picture.addEventListener('pointerleave', () => {
    selection.hover(null);
  });
  drawBands();
  show(selection.state);
  const stops = [selection.subscribe(show), onSettings(drawBands)];
  return {
    element: h('figure', { class: 'plot-figure' }, h('figcaption', {}, title), picture),
    dispose: () => {
      for (const stop of stops) stop();
    },
  };
}

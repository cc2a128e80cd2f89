/** @file Just enough SVG for scatter and calibration plots. */
import { escapeText, FAINT, number, svgPage } from './svg-page.js';

/** A frame with linear axes, in which points are placed. */
export interface Axes {
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
}

/** One axis of a plot. */
export interface Axis {
  readonly label: string;
  readonly from: number;
  readonly to: number;
  /** Where lines and numbers stand. */
  readonly ticks: readonly number[];
}

const SIZE = { width: 560, height: 420 };
const MARGIN = { left: 64, right: 20, top: 48, bottom: 56 };
const INNER = {
  width: SIZE.width - MARGIN.left - MARGIN.right,
  height: SIZE.height - MARGIN.top - MARGIN.bottom,
};
const place = ({ from, to }: Axis, value: number): number => (value - from) / (to - from);
/** Position across the figure. */
const across = (axes: Axes, x: number): string =>
  number(MARGIN.left + INNER.width * place(axes.x, x));
/** Position down the figure. */
const down = (axes: Axes, y: number): string =>
  number(MARGIN.top + INNER.height * (1 - place(axes.y, y)));

/** Dots at `[x, y]`. */
export function dots(
  axes: Axes,
  points: readonly (readonly [number, number])[],
  style: { readonly colour: string; readonly radius?: number; readonly opacity?: number },
): string {
  const { colour, radius = 4, opacity = 0.75 } = style;
  const circles = points.map(
    ([x, y]) => `<circle cx="${across(axes, x)}" cy="${down(axes, y)}" r="${radius}"/>`,
  );
  return `<g fill="${colour}" fill-opacity="${opacity}">${circles.join('')}</g>`;
}

/** A line through `[x, y]`. */
export function line(
  axes: Axes,
  points: readonly (readonly [number, number])[],
  style: { readonly colour: string; readonly dashed?: boolean },
): string {
  const at = points.map(([x, y]) => `${across(axes, x)},${down(axes, y)}`).join(' ');
  const dash = style.dashed ? ' stroke-dasharray="5 5"' : '';
  return `<polyline points="${at}" fill="none" stroke="${style.colour}" stroke-width="2"${dash}/>`;
}

/** Names of the colours used, in a row below the title. */
export function legend(
  entries: readonly { readonly name: string; readonly colour: string }[],
): string {
  let x = MARGIN.left;
  const parts = entries.map(({ name, colour }) => {
    const part = `<circle cx="${x + 4}" cy="35" r="4" fill="${colour}"/><text x="${x + 13}" y="39">${escapeText(name)}</text>`;
    x += 30 + 6.4 * name.length;
    return part;
  });
  return `<g font-size="12">${parts.join('')}</g>`;
}

/** A whole figure. */
export function figure(axes: Axes, marks: readonly string[]): string {
  const { width, height } = SIZE;
  const [right, bottom] = [width - MARGIN.right, height - MARGIN.bottom];
  const vertical = axes.x.ticks.map((tick) => {
    const x = across(axes, tick);
    return `<path stroke="${FAINT}" d="M${x} ${MARGIN.top}V${bottom}"/><text x="${x}" y="${bottom + 18}" text-anchor="middle">${number(tick)}</text>`;
  });
  const horizontal = axes.y.ticks.map((tick) => {
    const y = down(axes, tick);
    return `<path stroke="${FAINT}" d="M${MARGIN.left} ${y}H${right}"/><text x="${MARGIN.left - 8}" y="${y}" dy="0.35em" text-anchor="end">${number(tick)}</text>`;
  });
  const middle = number(MARGIN.top + INNER.height / 2);
  return svgPage(SIZE, axes.title, [
    `<text x="${MARGIN.left}" y="22" font-size="16" font-weight="600">${escapeText(axes.title)}</text>`,
    `<g font-size="12">${[...vertical, ...horizontal].join('')}</g>`,
    ...marks,
    `<g font-size="13" text-anchor="middle"><text x="${number(MARGIN.left + INNER.width / 2)}" y="${height - 14}">${escapeText(axes.x.label)}</text>`,
    `<text transform="translate(18 ${middle}) rotate(-90)">${escapeText(axes.y.label)}</text></g>`,
  ]);
}

import { escapeText, FAINT, GREY, number, svgPage } from './svg-page.js';

/** One row of a strip figure: a tick for each value, a dot for their mean. */
export interface Strip {
  readonly name: string;
  readonly mean: number;
  /** Each 0-1; none where only the mean is known, whose dot is hollow then. */
  readonly values: readonly number[];
  readonly colour: string;
  /** 0-1; a dashed mark to compare the mean with. */
  readonly reference?: number;
}

/** Rows under one heading. */
export interface StripSection {
  readonly heading: string;
  readonly strips: readonly Strip[];
}

const WIDTH = 760;
const LEFT = 244;
const RIGHT = 64;
const TOP = 44;
const HEADING = 30;
const ROW = 30;
const BOTTOM = 52;
const TICKS = [0, 0.2, 0.4, 0.6, 0.8, 1];

const across = (value: number): string => number(LEFT + (WIDTH - LEFT - RIGHT) * value);

/** Scores between 0 and 1 in rows: how they spread and where their mean is. */
export function stripFigure(
  title: string,
  label: string,
  sections: readonly StripSection[],
): string {
  let y = TOP;
  const rows = sections.flatMap(({ heading, strips }) => {
    const text = `<text x="20" y="${y + 20}" font-size="12" fill="${GREY}" font-weight="600">${escapeText(heading)}</text>`;
    y += HEADING;
    const drawn = strips.map((strip) => {
      const row = stripRow(strip, y + ROW / 2);
      y += ROW;
      return row;
    });
    return [text, ...drawn];
  });
  const axis = TICKS.map((tick) => {
    const x = across(tick);
    return `<path stroke="${FAINT}" d="M${x} ${TOP}V${y + 6}"/><text x="${x}" y="${y + 24}" text-anchor="middle">${tick}</text>`;
  });
  return svgPage({ width: WIDTH, height: y + BOTTOM }, title, [
    `<text x="20" y="28" font-size="17" font-weight="600">${escapeText(title)}</text>`,
    `<g font-size="12">${axis.join('')}</g>`,
    ...rows,
    `<text x="${across(0.5)}" y="${y + 44}" font-size="13" text-anchor="middle">${escapeText(label)}</text>`,
  ]);
}

function stripRow({ name, mean, values, colour, reference }: Strip, y: number): string {
  const ticks = values.map((value) => `M${across(value)} ${y - 8}v16`).join('');
  const fill = values.length > 0 ? colour : '#ffffff';
  const ring = values.length > 0 ? '#ffffff' : colour;
  return [
    `<text x="20" y="${y}" dy="0.35em" font-size="13">${escapeText(name)}</text>`,
    ticks && `<path d="${ticks}" stroke="${colour}" stroke-width="1.5" stroke-opacity="0.35"/>`,
    reference === undefined
      ? ''
      : `<path d="M${across(reference)} ${y - 12}v24" stroke="${GREY}" stroke-width="2" stroke-dasharray="3 2"/>`,
    `<circle cx="${across(mean)}" cy="${y}" r="6" fill="${fill}" stroke="${ring}" stroke-width="2"/>`,
    `<text x="${WIDTH - 20}" y="${y}" dy="0.35em" font-size="13" font-weight="600" text-anchor="end">${mean.toFixed(2)}</text>`,
  ].join('');
}

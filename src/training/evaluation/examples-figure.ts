import type { Vector3 } from '#structure/geometry/vector3';
import type { EvaluatedChain } from './evaluate.js';
import { escapeText, GREY, INK, number, svgPage } from './svg-page.js';
import { drawTraces } from './trace-drawing.js';

const PANEL = { width: 320, height: 400 };
/** Side of the square that a chain is drawn into. */
const SIDE = 268;
const TITLE = 44;
const LEGEND = 36;
/** Å; length of the bar that shows the scale. */
const BAR = 10;

const KNOWN: Vector3 = [120, 130, 142];
/** Colours of a prediction from its N to its C end. */
const RAINBOW: readonly Vector3[] = [
  [46, 84, 190],
  [30, 152, 150],
  [230, 160, 30],
  [205, 60, 70],
];

/** Best, median and worst of some chains by TM-score: predicted CA traces on the known ones. */
export function examplesFigure(chains: readonly EvaluatedChain[]): string {
  const ranked = [...chains].sort((a, b) => b.model.tm - a.model.tm);
  const examples = [
    ['best', ranked[0]!],
    ['median', ranked[Math.floor((ranked.length - 1) / 2)]!],
    ['worst', ranked.at(-1)!],
  ] as const;
  const size = { width: 3 * PANEL.width, height: TITLE + PANEL.height + LEGEND };
  const title = `Best, median and worst of ${chains.length} chains by TM-score`;
  return svgPage(size, title, [
    `<text x="24" y="30" font-size="17" font-weight="600">${title}</text>`,
    ...examples.map(
      ([rank, chain], i) =>
        `<g transform="translate(${PANEL.width * i} ${TITLE})">${panel(rank, chain)}</g>`,
    ),
    `<g transform="translate(24 ${size.height - 20})" font-size="13">${legend()}</g>`,
  ]);
}

function panel(rank: string, { record, model }: EvaluatedChain): string {
  const { predicted, real, known } = model.superposed;
  const { svg, scale } = drawTraces(
    [
      { positions: real, mask: known, colour: () => KNOWN },
      { positions: predicted, colour: rainbow },
    ],
    SIDE,
  );
  const bar = number(scale * BAR);
  const name = `${record.pdb} chain ${record.chain}, ${record.length} residues`;
  return [
    `<text x="24" y="20" font-size="14"><tspan font-weight="600">${rank}</tspan>  ${escapeText(name)}</text>`,
    `<text x="24" y="40" font-size="13">TM-score ${model.tm.toFixed(2)}, lDDT-CA ${model.lddtCa.toFixed(2)}</text>`,
    `<g transform="translate(${PANEL.width / 2} ${58 + SIDE / 2})" fill="none" stroke-linecap="round">${svg}</g>`,
    `<g transform="translate(24 ${PANEL.height - 22})"><path d="M0 0h${bar}" stroke="${INK}" stroke-width="2"/><text y="-6" font-size="11" fill="${GREY}">${BAR} Å</text></g>`,
  ].join('');
}

function legend(): string {
  const stops = RAINBOW.map(
    (colour, i) =>
      `<stop offset="${number(i / (RAINBOW.length - 1))}" stop-color="rgb(${colour.join(' ')})"/>`,
  );
  return [
    `<linearGradient id="rainbow">${stops.join('')}</linearGradient>`,
    `<rect y="-8" width="28" height="5" rx="2" fill="rgb(${KNOWN.join(' ')})"/><text x="36">known structure</text>`,
    `<text x="170">prediction, N</text><rect x="258" y="-8" width="84" height="5" rx="2" fill="url(#rainbow)"/><text x="350">C</text><text x="390">thin and pale: further away</text>`,
  ].join('');
}

function rainbow(along: number): Vector3 {
  const place = along * (RAINBOW.length - 1);
  const i = Math.min(RAINBOW.length - 2, Math.floor(place));
  const mix = (k: number) =>
    RAINBOW[i]![k]! + (place - i) * (RAINBOW[i + 1]![k]! - RAINBOW[i]![k]!);
  return [mix(0), mix(1), mix(2)];
}

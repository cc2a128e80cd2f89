import { comparisonFigure, MODEL_COLOUR } from './comparison-figure.js';
import type { Evaluation } from './evaluate.js';
import { FOLD_CLASSES } from './fold-class.js';
import { examplesFigure } from './examples-figure.js';
import { mean } from './statistics.js';
import { stripFigure } from './strip-figure.js';
import { dots, figure, legend, line, type Axes, type Axis } from './svg.js';
import { GREY } from './svg-page.js';

/** Colours that stay apart for the colour-blind. @source Okabe & Ito 2008 */
const COLOURS: Readonly<Record<string, string>> = {
  'mostly helix': '#0072b2',
  'mostly strand': '#e69f00',
  'helix and strand': '#009e73',
  little: '#cc79a7',
  unknown: GREY,
};

const SHARE = { from: 0, to: 1, ticks: [0, 0.2, 0.4, 0.6, 0.8, 1] };
const PERCENT = { from: 0, to: 100, ticks: [0, 20, 40, 60, 80, 100] };

const FIGURES: Readonly<Record<string, (evaluation: Evaluation, name: string) => string>> = {
  'comparison.svg': comparisonFigure,
  'examples.svg': ({ chains }) => examplesFigure(chains),
  'tm-score-by-fold-class.svg': (evaluation) => byFoldClass(evaluation, 'tm', 'TM-score'),
  'lddt-ca-by-fold-class.svg': (evaluation) => byFoldClass(evaluation, 'lddtCa', 'lDDT-CA'),
  'tm-score-by-length.svg': (evaluation) => byLength(evaluation, 'tm', 'TM-score'),
  'lddt-ca-by-length.svg': (evaluation) => byLength(evaluation, 'lddtCa', 'lDDT-CA'),
  'calibration.svg': calibrationPlot,
  'ptm.svg': ptmPlot,
};

/** Names of the files of a report. */
export const REPORT_FILES: readonly string[] = Object.keys(FIGURES);

/**
 * The figures of an evaluation report.
 *
 * @param evaluation of a model
 * @param name of the model
 * @returns file names and SVG
 */
export function reportFigures(evaluation: Evaluation, name: string): Map<string, string> {
  return new Map(Object.entries(FIGURES).map(([file, draw]) => [file, draw(evaluation, name)]));
}

type Chains = Evaluation['chains'];

function byFoldClass({ chains }: Evaluation, key: 'tm' | 'lddtCa', label: string): string {
  const strips = FOLD_CLASSES.flatMap((name) => {
    const members = chains.filter(({ model }) => model.foldClass === name);
    if (members.length === 0) return [];
    const values = members.map(({ model }) => model[key]);
    const helix = members.flatMap(({ baselines }) => baselines['ideal helix']?.[key] ?? []);
    return {
      name: `${name} (${members.length})`,
      mean: mean(values),
      values,
      colour: COLOURS[name]!,
      reference: mean(helix),
    };
  });
  const heading = 'chains of each fold class; dashed: mean of an ideal helix on the same chains';
  return stripFigure(`${label} by fold class`, label, [{ heading, strips }]);
}

/** Dots of chains, coloured by fold class. */
function classDots(
  axes: Axes,
  chains: Chains,
  pointOf: (chain: Chains[number]) => readonly [number, number],
): string[] {
  const names = [...FOLD_CLASSES, 'unknown'].filter((name) =>
    chains.some(({ model }) => model.foldClass === name),
  );
  const groups = names.map((name) => {
    const members = chains.filter(({ model }) => model.foldClass === name);
    return dots(axes, members.map(pointOf), { colour: COLOURS[name]! });
  });
  return [legend(names.map((name) => ({ name, colour: COLOURS[name]! }))), ...groups];
}

function byLength({ chains, baselines }: Evaluation, key: 'tm' | 'lddtCa', label: string): string {
  const title = `${label} by chain length (dashed: mean of an ideal helix)`;
  const axes = { title, x: lengthAxis(chains), y: { label, ...SHARE } };
  const helix = baselines.find(({ name }) => name === 'ideal helix')![key];
  const level = [
    [0, helix],
    [axes.x.to, helix],
  ] as const;
  return figure(axes, [
    line(axes, level, { colour: GREY, dashed: true }),
    ...classDots(axes, chains, ({ record, model }) => [record.length, model[key]]),
  ]);
}

function lengthAxis(chains: Chains): Axis {
  const longest = Math.max(100, ...chains.map(({ record }) => record.length));
  const to = 100 * Math.ceil(longest / 100);
  const step = 100 * Math.ceil(to / 800);
  const ticks = Array.from({ length: Math.floor(to / step) + 1 }, (_, i) => step * i);
  return { label: 'residues', from: 0, to, ticks };
}

function calibrationPlot({ summary }: Evaluation): string {
  const axes = {
    title: 'Predicted and true lDDT-CA of residues, by tenths',
    x: { label: 'pLDDT', ...PERCENT },
    y: { label: '100 × lDDT-CA', ...PERCENT },
  };
  const points = summary.confidence.deciles
    .filter(({ count }) => count > 0)
    .map(({ meanPredicted, meanTrue }) => [meanPredicted, meanTrue] as const);
  return figure(axes, [
    line(axes, diagonal(100), { colour: GREY, dashed: true }),
    line(axes, points, { colour: MODEL_COLOUR }),
    dots(axes, points, { colour: MODEL_COLOUR, radius: 5, opacity: 1 }),
  ]);
}

function ptmPlot({ chains }: Evaluation): string {
  const axes = {
    title: 'Predicted and true TM-score of chains',
    x: { label: 'pTM', ...SHARE },
    y: { label: 'TM-score', ...SHARE },
  };
  return figure(axes, [
    line(axes, diagonal(1), { colour: GREY, dashed: true }),
    ...classDots(axes, chains, ({ model }) => [model.ptm, model.tm]),
  ]);
}

const diagonal = (to: number): (readonly [number, number])[] => [
  [0, 0],
  [to, to],
];

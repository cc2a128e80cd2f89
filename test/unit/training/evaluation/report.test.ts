import { appendFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { nodeEngine } from '#tensor/engine/onnxruntime-node';
import { chainAtoms, type Dataset } from '#training/data/dataset';
import { BASELINES } from '#training/evaluation/baselines';
import {
  chainsOfSplit,
  evaluate,
  type EvaluatedModel,
  type Evaluation,
} from '#training/evaluation/evaluate';
import { EvaluationJournal } from '#training/evaluation/evaluation-journal';
import { evaluationData, formatEvaluation } from '#training/evaluation/evaluation-text';
import { foldClassOf } from '#training/evaluation/fold-class';
import { reportFigures } from '#training/evaluation/report-figures';
import { TorsionChains } from '#training/evaluation/torsion-chain';
import { idealHelix } from '#training/evaluation/trace-scores';
import { predictionParameters } from '#training/run/prediction-parameters';
import { temporaryFolder, TINY, tinyDataset } from '../tiny.js';

let perfect: Evaluation;
beforeAll(async () => {
  perfect = await perfectEvaluation();
});

/** A model that knows the answer. */
function perfectModel(dataset: Dataset): EvaluatedModel {
  return {
    predict(record) {
      const { aatype, atom14, atom14Mask } = chainAtoms(dataset, record);
      const plddt = new Float32Array(record.length).fill(100);
      const pae = new Float32Array(record.length ** 2);
      return Promise.resolve({ aatype, atom14, atom14Mask, plddt, ptm: 1, pae, maxPae: 31.75 });
    },
    torsionTrace: (record) => Promise.resolve(idealHelix(record.length)),
  };
}

async function perfectEvaluation(): Promise<Evaluation> {
  const dataset = await tinyDataset();
  return evaluate(dataset, dataset.chains, perfectModel(dataset));
}

describe('evaluate', () => {
  it('scores model and baselines on every chain', () => {
    const { summary, baselines, chains } = perfect;
    expect(chains.map(({ record }) => record.pdb)).toEqual([
      '2hbb-a',
      '5pti-a',
      '1brs-d',
      '3gv6-a',
    ]);
    expect(summary.scores.tm).toBeCloseTo(1, 4);
    expect(summary.confidence.worstDecile).toBeCloseTo(0, 3);
    const [local, nearest, helix] = baselines;
    expect(baselines.map(({ name }) => name)).toEqual(BASELINES);
    expect({ ...local, name: '' }).toEqual({ ...helix, name: '' });
    expect(helix!.tm).toBeLessThan(0.5);
    // Chains may not find themselves, and these three resemble nothing else.
    expect(nearest!.tm).toBeLessThan(0.3);
  });

  it('goes on where it was interrupted, to the same numbers', async () => {
    const dataset = await tinyDataset();
    const path = join(await temporaryFolder(), 'evaluation.json');
    const predicted: string[] = [];
    const model: EvaluatedModel = {
      ...perfectModel(dataset),
      predict: (record) => {
        predicted.push(record.pdb);
        return perfectModel(dataset).predict(record);
      },
    };
    const run = async (subject: object, lastDone = Infinity) => {
      const journal = new EvaluationJournal(path, subject);
      const controller = new AbortController();
      return evaluate(dataset, dataset.chains, model, {
        known: journal.done,
        signal: controller.signal,
        onChain(chain, done) {
          journal.add(chain);
          if (done === lastDone) controller.abort(new Error('stopped'));
        },
      });
    };
    await expect(run({ model: 'perfect' }, 2)).rejects.toThrow('stopped');
    appendFileSync(`${path}.part`, 'cut by a ki');
    const evaluation = await run({ model: 'perfect' });
    expect(predicted).toEqual(['2hbb-a', '5pti-a', '1brs-d', '3gv6-a']);
    expect(evaluation).toEqual(perfect);

    await run({ model: 'another' });
    expect(predicted).toHaveLength(8);
    new EvaluationJournal(path, { model: 'another' }).remove();
    expect(existsSync(`${path}.part`)).toBe(false);
  });

  it('names the splits of a data set without the one asked for', async () => {
    const dataset = await tinyDataset();
    expect(chainsOfSplit(dataset, 'train', 2)).toHaveLength(2);
    expect(() => chainsOfSplit(dataset, 'test')).toThrow(
      expect.objectContaining({ code: 'USAGE', hint: 'its splits are: train, val' }),
    );
  });
});

describe('formatEvaluation', () => {
  it('prints what an evaluation is read for', () => {
    const text = formatEvaluation(perfect);
    expect(text).toMatch(/^4 chains, 252 residues\n/);
    expect(text.match(/^model +1\.000 +1\.000 +1\.000 +1\.000$/gm)).toHaveLength(2);
    expect(text).toMatch(/^D-amino acids +0$/m);
    expect(text).toMatch(/^Q3 of DSSP +1\.000$/m);
  });
});

describe('evaluationData', () => {
  it('is plain JSON without the arrays', () => {
    const data = evaluationData(perfect);
    expect(JSON.parse(JSON.stringify(data))).toEqual(data);
    expect(JSON.stringify(data).length).toBeLessThan(10_000);
  });
});

describe('reportFigures', () => {
  it('draws a dot for each chain, all of them inside the frame', () => {
    const figures = reportFigures(perfect, 'tiny');
    const svg = figures.get('tm-score-by-length.svg')!;
    const [, ...groups] = svg.split('fill-opacity');
    const places = [...groups.join('').matchAll(/cx="([\d.]+)" cy="([\d.]+)"/g)];
    expect(places).toHaveLength(4);
    for (const [, x, y] of places) {
      expect(Number(x)).toBeGreaterThan(64);
      expect(Number(x)).toBeLessThan(540);
      expect(Number(y)).toBeCloseTo(48, 1);
    }
  });

  it('has numbers everywhere in every figure, and text that XML can hold', () => {
    for (const text of reportFigures(perfect, 'a <b> & "c"').values()) {
      expect(text).not.toMatch(/NaN|undefined|Infinity|<b>|& /);
    }
  });

  it('shows the model between its baselines and published means', () => {
    const svg = reportFigures(perfect, 'tiny').get('comparison.svg')!;
    const names = ['ideal helix', 'nearest training chain', 'secondary structure only', 'tiny'];
    const places = [...names, 'ESM-2 8M'].map((name) => svg.indexOf(name));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(places[0]).toBeGreaterThan(0);
    expect(svg).toMatch(/tiny<.*stroke-opacity.*>1\.00</);
  });

  it('draws best, median and worst chain by TM-score', () => {
    const chains = perfect.chains.map((chain, i) => ({
      ...chain,
      model: { ...chain.model, tm: [0.3, 0.9, 0.1, 0.5][i]! },
    }));
    const svg = reportFigures({ ...perfect, chains }, 'tiny').get('examples.svg')!;
    const captions = [...svg.matchAll(/600">(\w+)<\/tspan> +(\S+) chain/g)].map((m) => m.slice(1));
    expect(captions).toEqual([
      ['best', '5pti-a'],
      ['median', '3gv6-a'],
      ['worst', '1brs-d'],
    ]);
  });
});

describe('foldClassOf', () => {
  it.each([
    ['HHHHHHCCCC', 'mostly helix'],
    ['EEEECCCCCC', 'mostly strand'],
    ['HHHCCEECCC', 'helix and strand'],
    ['HCCCCCCCCE', 'little'],
    ['', 'little'],
  ])('%s is %s', (states, expected) => {
    expect(foldClassOf(states)).toBe(expected);
  });
});

describe('TorsionChains', () => {
  it('gives a connected chain as long as the sequence, whatever it is padded to', async () => {
    const shapes = predictionParameters(TINY);
    const numElements = (name: string) => shapes.get(name)!.reduce((a, b) => a * b, 1);
    const chains = new TorsionChains(nodeEngine(1), TINY, {
      names: shapes.keys(),
      has: (name) => shapes.has(name),
      info: (name) => ({ dtype: 'F32', shape: shapes.get(name)! }),
      read: (name) => Float32Array.from({ length: numElements(name) }, (_, i) => Math.sin(i + 1)),
      readRaw: () => new Uint8Array(),
      close: () => undefined,
    });
    const sequence = 'MKTVRQGAWLENDCHFPSTY'.repeat(4);
    const [short, long] = [await chains.trace(sequence.slice(0, 64)), await chains.trace(sequence)];
    await chains.close();
    expect([short.length, long.length]).toEqual([64 * 3, 80 * 3]);
    for (let i = 1; i < 80; i++) {
      const step = [0, 1, 2].map((k) => long[3 * i + k]! - long[3 * i - 3 + k]!);
      expect(Math.hypot(...step)).toBeCloseTo(3.8, 1);
    }
  });
});

/** @file Reads what ModelCIF adds to mmCIF: model names, confidence, software and steps. */

import type { CifBlock, CifCategory } from '#bio-pdb/cif/block';
import { METRIC_TYPE_OTHER } from './metrics.js';
import type { ModelNumbers } from './model-numbers.js';
import type {
  GlobalScore,
  LocalScore,
  Metric,
  Modelling,
  ResidueReference,
  Score,
} from '#bio-pdb/structure';

/**
 * Reads `_ma_model_list`.
 *
 * @param block that holds the atoms
 * @param modelNumbers as the atoms are numbered
 * @returns name by model number
 */
export function readModelNames(block: CifBlock, modelNumbers: ModelNumbers): Map<number, string> {
  const names = new Map<number, string>();
  const category = block.category('_ma_model_list');
  const id = category?.column('ordinal_id') ?? category?.column('model_id');
  const name = category?.column('model_name');
  for (let row = 0; row < (category?.numRows ?? 0); row++) {
    const number = id ? modelNumbers.read(id, row) : row + 1;
    names.set(number, name?.get(row) ?? '');
  }
  return names;
}

/**
 * Reads `_software` and `_ma_protocol_step`.
 *
 * @param block that holds the atoms
 * @returns undefined where the file is no computed model: it has none of ModelCIF's `_ma_model_list` and steps
 */
export function readModelling(block: CifBlock): Modelling | undefined {
  const steps = block.category('_ma_protocol_step');
  if (steps === undefined && block.category('_ma_model_list') === undefined) return undefined;
  const software = block.category('_software');
  const name = software?.require('name');
  return {
    software: rows(software, (row) => ({
      name: name!.require(row),
      version: software?.column('version')?.get(row) ?? '',
      description: software?.column('description')?.get(row) ?? '',
      url: software?.column('location')?.get(row) ?? '',
    })),
    steps: rows(steps, (row) => ({
      method: steps?.column('method_type')?.get(row) ?? '',
      name: steps?.column('step_name')?.get(row) ?? '',
      details: steps?.column('details')?.get(row) ?? '',
    })),
  };
}

/**
 * Reads `_ma_qa_metric` and its global, local and pairwise values. Metrics of other modes are passed over.
 *
 * @param block that holds the atoms
 * @param modelNumbers as the atoms are numbered
 * @returns scores by model number, in the order of the metrics
 * @throws ParseError `PARSE_MMCIF`
 */
export function readScores(block: CifBlock, modelNumbers: ModelNumbers): Map<number, Score[]> {
  const valuesOf = (name: string, read: ReadRows) =>
    valuesByModel(block.category(name), read, modelNumbers);
  const readers = {
    global: valuesOf('_ma_qa_metric_global', readGlobal),
    local: valuesOf('_ma_qa_metric_local', readLocal),
    'local-pairwise': valuesOf('_ma_qa_metric_local_pairwise', readPairwise),
  };
  const scores = new Map<number, Score[]>();
  const metrics = block.category('_ma_qa_metric');
  const id = metrics?.require('id');
  const mode = metrics?.require('mode');
  for (let row = 0; row < (metrics?.numRows ?? 0); row++) {
    const modeName = mode!.get(row);
    if (modeName !== 'global' && modeName !== 'local' && modeName !== 'local-pairwise') continue;
    const metric = readMetric(metrics!, row);
    for (const [model, makeScore] of readers[modeName].get(id!.require(row)) ?? []) {
      const list = scores.get(model) ?? [];
      list.push(makeScore(metric));
      scores.set(model, list);
    }
  }
  return scores;
}

function readMetric(metrics: CifCategory, row: number): Metric {
  const type = metrics.column('type')?.get(row) ?? '';
  const details = metrics.column('type_other_details')?.get(row);
  return {
    name: metrics.column('name')?.get(row) ?? '',
    type: type === METRIC_TYPE_OTHER && details != null ? details : type,
    description: metrics.column('description')?.get(row) ?? '',
  };
}

type MakeScore = (metric: Metric) => Score;
type ReadRows = (category: CifCategory, rows: readonly number[]) => MakeScore;

/** Sorts the rows of a category by metric id and model, then reads each lot. */
function valuesByModel(
  category: CifCategory | undefined,
  read: ReadRows,
  modelNumbers: ModelNumbers,
): Map<string, Map<number, MakeScore>> {
  const lots = new Map<string, Map<number, number[]>>();
  const metricId = category?.require('metric_id');
  const modelId = category?.column('model_id');
  for (let row = 0; row < (category?.numRows ?? 0); row++) {
    const metric = metricId!.require(row);
    const model = modelNumbers.read(modelId, row);
    const ofMetric = lots.get(metric) ?? new Map<number, number[]>();
    lots.set(metric, ofMetric);
    const lot = ofMetric.get(model);
    if (lot) lot.push(row);
    else ofMetric.set(model, [row]);
  }
  return new Map(
    [...lots].map(([metric, ofMetric]) => [
      metric,
      new Map([...ofMetric].map(([model, lot]) => [model, read(category!, lot)])),
    ]),
  );
}

function readGlobal(category: CifCategory, lot: readonly number[]): MakeScore {
  const value = valueReader(category)(lot[0]!);
  return (metric): GlobalScore => ({ mode: 'global', metric, value });
}

function readLocal(category: CifCategory, lot: readonly number[]): MakeScore {
  const residues = lot.map(residueReader(category, ''));
  const values = lot.map(valueReader(category));
  return (metric): LocalScore => ({ mode: 'local', metric, residues, values });
}

function readPairwise(category: CifCategory, lot: readonly number[]): MakeScore {
  const residues: ResidueReference[] = [];
  const indexes = new Map<string, number>();
  const indexOf = (residue: ResidueReference): number => {
    const key = `${residue.sequenceIndex} ${residue.residueName} ${residue.asymId}`;
    let index = indexes.get(key);
    if (index === undefined) {
      index = residues.push(residue) - 1;
      indexes.set(key, index);
    }
    return index;
  };
  const readFirst = residueReader(category, '_1');
  const readSecond = residueReader(category, '_2');
  const first = Uint32Array.from(lot, (row) => indexOf(readFirst(row)));
  const second = Uint32Array.from(lot, (row) => indexOf(readSecond(row)));
  const values = Float64Array.from(lot, valueReader(category));
  return (metric) => ({ mode: 'local-pairwise', metric, residues, first, second, values });
}

function residueReader(category: CifCategory, suffix: string): (row: number) => ResidueReference {
  const asymId = category.require(`label_asym_id${suffix}`);
  const place = category.require(`label_seq_id${suffix}`);
  const name = category.column(`label_comp_id${suffix}`);
  return (row) => {
    const sequenceIndex = place.integer(row);
    if (sequenceIndex === null) throw place.error(row, `${place.tag} is missing`);
    return { asymId: asymId.require(row), sequenceIndex, residueName: name?.get(row) ?? '' };
  };
}

function valueReader(category: CifCategory): (row: number) => number {
  const column = category.require('metric_value');
  return (row) => {
    const value = column.decimal(row);
    if (value === null) throw column.error(row, `${column.tag} is missing`);
    return value;
  };
}

function rows<T>(category: CifCategory | undefined, read: (row: number) => T): T[] {
  return Array.from({ length: category?.numRows ?? 0 }, (_, row) => read(row));
}

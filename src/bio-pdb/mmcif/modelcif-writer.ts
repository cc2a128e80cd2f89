/** @file Writes what ModelCIF adds to mmCIF. Item names and mandatory items are those of dictionary 1.4.9. */

import { cifCategory } from '#bio-pdb/cif/writer';
import type { CifValue } from '#bio-pdb/cif/writer';
import { formatDecimal } from '#bio-pdb/decimal';
import { isListedMetricType, METRIC_TYPE_OTHER } from './metrics.js';
import { templateCategories } from './template-writer.js';
import type { Metric, Modelling, Score, Structure } from '#bio-pdb/structure';

const SOFTWARE_GROUP = 1;
const INPUT_GROUP = 1;
const OUTPUT_GROUP = 2;

/**
 * Writes the `_ma_*` categories and `_software`: how a model was made only where the structure says so, scores always.
 *
 * @param structure whose models have numbers of their own
 * @throws FoldError `STRUCTURE_UNWRITABLE` where CIF cannot hold a text
 */
export function modelCifCategories(structure: Structure): string[] {
  const { modelling } = structure;
  const made = modelling ? [...provenance(structure), ...protocol(modelling)] : [];
  const hasSoftware = modelling !== undefined && modelling.software.length > 0;
  return [...made, ...qualityCategories(structure, hasSoftware ? SOFTWARE_GROUP : null)];
}

/** What went in (target sequences) and what came out (models). */
function provenance({ entities, models, modelling }: Structure): string[] {
  const targets = entities.map(({ description }, i): CifValue[] => [
    i + 1,
    description || `Target ${i + 1}`,
    'target',
  ]);
  const outputs = models.map(({ number, name }, i): CifValue[] => [
    entities.length + i + 1,
    name || `Model ${number}`,
    'model coordinates',
  ]);
  const templates = modelling?.templates ?? [];
  const firstTemplate = targets.length + outputs.length + 1;
  const templateIds = templates.map((_, i) => firstTemplate + i);
  const alignmentIds = templateIds.map((id) => id + templates.length);
  const used = [templateIds, alignmentIds].flatMap((ids, kind) =>
    templates.map(({ source, chainId }, i): CifValue[] => [
      ids[i]!,
      `${source}, chain ${chainId}`,
      kind === 0 ? 'template structure' : 'target-template alignment',
    ]),
  );
  const asyms = new Map<string, string>();
  for (const { residues } of models.flatMap(({ chains }) => chains)) {
    for (const { asymId, entityId } of residues) asyms.set(asymId, entityId);
  }
  return [
    cifCategory('_ma_data', ['id', 'name', 'content_type'], [...targets, ...outputs, ...used]),
    cifCategory(
      '_ma_data_group',
      ['ordinal_id', 'group_id', 'data_id'],
      [...targets, ...outputs, ...used].map(([id, , content], i) => [
        i + 1,
        content === 'model coordinates' ? OUTPUT_GROUP : INPUT_GROUP,
        id!,
      ]),
    ),
    cifCategory(
      '_ma_target_entity',
      ['entity_id', 'data_id', 'origin'],
      entities.map(({ id }, i) => [id, i + 1, 'designed']),
    ),
    cifCategory('_ma_target_entity_instance', ['asym_id', 'entity_id'], [...asyms]),
    cifCategory(
      '_ma_model_list',
      // Before version 1.4.3 a model's identifier was model_id, which older readers ask for.
      ['ordinal_id', 'model_id', 'model_name', 'data_id', 'model_type'],
      models.map(({ number, name }, i) => [
        number,
        number,
        name,
        entities.length + i + 1,
        templates.length > 0 ? 'Homology model' : 'Ab initio model',
      ]),
    ),
    ...(templates.length > 0
      ? templateCategories(templates, {
          templates: templateIds,
          alignments: alignmentIds,
          softwareGroup: modelling!.software.length > 0 ? SOFTWARE_GROUP : null,
        })
      : []),
  ];
}

function protocol({ software, steps }: Modelling): string[] {
  return [
    cifCategory(
      '_software',
      ['pdbx_ordinal', 'name', 'version', 'type', 'classification', 'description', 'location'],
      software.map(({ name, version, description, url }, i) => [
        i + 1,
        name,
        version,
        'program',
        'model building',
        description,
        url,
      ]),
    ),
    cifCategory(
      '_ma_software_group',
      ['ordinal_id', 'group_id', 'software_id'],
      software.map((_, i) => [i + 1, SOFTWARE_GROUP, i + 1]),
    ),
    cifCategory(
      '_ma_protocol_step',
      [
        'ordinal_id',
        'protocol_id',
        'step_id',
        'method_type',
        'step_name',
        'details',
        'software_group_id',
        'input_data_group_id',
        'output_data_group_id',
      ],
      steps.map(({ method, name, details }, i) => [
        i + 1,
        1,
        i + 1,
        method,
        name,
        details,
        software.length > 0 ? SOFTWARE_GROUP : null,
        INPUT_GROUP,
        OUTPUT_GROUP,
      ]),
    ),
  ];
}

/** Metrics by identity: one id for each name, type, description and mode. */
class MetricTable {
  readonly rows: CifValue[][] = [];
  private readonly ids = new Map<string, number>();
  private readonly softwareGroup: number | null;

  constructor(softwareGroup: number | null) {
    this.softwareGroup = softwareGroup;
  }

  id(mode: Score['mode'], { name, type, description }: Metric): number {
    const key = JSON.stringify([mode, name, type, description]);
    const known = this.ids.get(key);
    if (known !== undefined) return known;
    const id = this.rows.length + 1;
    const listed = isListedMetricType(type);
    this.rows.push([
      id,
      name,
      description,
      listed ? type : METRIC_TYPE_OTHER,
      mode,
      listed ? null : type,
      this.softwareGroup,
    ]);
    this.ids.set(key, id);
    return id;
  }
}

function qualityCategories({ models }: Structure, softwareGroup: number | null): string[] {
  const metrics = new MetricTable(softwareGroup);
  const rows: Record<Score['mode'], CifValue[][]> = {
    global: [],
    local: [],
    'local-pairwise': [],
  };
  for (const { number, scores } of models) {
    for (const score of scores) {
      const metricId = metrics.id(score.mode, score.metric);
      const into = rows[score.mode];
      for (const [residues, value] of scoreValues(score)) {
        into.push([into.length + 1, number, ...residues, metricId, value]);
      }
    }
  }
  const residue = (suffix: string) =>
    ['asym', 'seq', 'comp'].map((part) => `label_${part}_id${suffix}`);
  const items = (...residues: string[]) => [
    'ordinal_id',
    'model_id',
    ...residues,
    'metric_id',
    'metric_value',
  ];
  return [
    cifCategory(
      '_ma_qa_metric',
      ['id', 'name', 'description', 'type', 'mode', 'type_other_details', 'software_group_id'],
      metrics.rows,
    ),
    cifCategory('_ma_qa_metric_global', items(), rows.global),
    cifCategory('_ma_qa_metric_local', items(...residue('')), rows.local),
    cifCategory(
      '_ma_qa_metric_local_pairwise',
      items(...residue('_1'), ...residue('_2')),
      rows['local-pairwise'],
    ),
  ];
}

/** The values of a score with the label items of the residues that each belongs to. */
function* scoreValues(score: Score): Generator<[CifValue[], string]> {
  if (score.mode === 'global') {
    yield [[], formatDecimal(score.value, 2)];
    return;
  }
  const labels = score.residues.map(({ asymId, sequenceIndex, residueName }) => [
    asymId,
    sequenceIndex,
    residueName,
  ]);
  if (score.mode === 'local') {
    for (const [i, value] of score.values.entries()) {
      yield [labels[i]!, formatDecimal(value, 2)];
    }
    return;
  }
  for (const [i, value] of score.values.entries()) {
    const pair = [...labels[score.first[i]!]!, ...labels[score.second[i]!]!];
    yield [pair, formatDecimal(value, 2)];
  }
}

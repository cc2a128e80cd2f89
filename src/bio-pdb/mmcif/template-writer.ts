/** @file Writes the templates of a model. Item names are those of ModelCIF's dictionary 1.4.9. */

import { cifCategory, type CifValue } from '#bio-pdb/cif/writer';
import type { ModellingTemplate } from '#bio-pdb/structure';

/** Where templates and alignments stand in `_ma_data`. */
export interface TemplateData {
  /** `[T]` of each template. */
  readonly templates: readonly number[];
  /** `[T]` of the alignment with each. */
  readonly alignments: readonly number[];
  readonly softwareGroup: number | null;
}

const AXES = [1, 2, 3];
/** Templates are where their own files have them. */
const IDENTITY = {
  items: [
    'id',
    ...AXES.flatMap((row) => AXES.map((column) => `rot_matrix[${row}][${column}]`)),
    ...AXES.map((row) => `tr_vector[${row}]`),
  ],
  row: [1, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0],
};

const lettersOf = (aligned: string): string => aligned.replaceAll('-', '');

/**
 * Writes `_ma_template_*` and `_ma_alignment*`; each template is one segment, and has one alignment.
 *
 * @param templates one at least
 * @throws FoldError `STRUCTURE_UNWRITABLE` where CIF cannot hold a text
 */
export function templateCategories(
  templates: readonly ModellingTemplate[],
  data: TemplateData,
): string[] {
  const rows = (row: (template: ModellingTemplate, id: number) => CifValue[]): CifValue[][] =>
    templates.map((template, i) => row(template, i + 1));
  return [
    cifCategory('_ma_template_trans_matrix', IDENTITY.items, [IDENTITY.row]),
    cifCategory(
      '_ma_template_details',
      ['ordinal_id', 'template_id', 'template_origin', 'template_entity_type', 'template_trans_matrix_id', 'template_data_id', 'target_asym_id', 'template_label_asym_id', 'template_model_num', 'template_auth_asym_id'], // prettier-ignore
      rows(({ targetAsymId, chainId }, id) => [id, id, 'customized', 'polymer', 1, data.templates[id - 1]!, targetAsymId, null, 1, chainId]), // prettier-ignore
    ),
    cifCategory(
      '_ma_template_customized',
      ['template_id', 'details'],
      rows(({ source, chainId }, id) => [id, `${source}, chain ${chainId}`]),
    ),
    cifCategory(
      '_ma_template_poly',
      ['template_id', 'seq_one_letter_code', 'seq_one_letter_code_can'],
      rows(({ alignedTemplate: letters }, id) => [id, lettersOf(letters), lettersOf(letters)]),
    ),
    cifCategory(
      '_ma_template_poly_segment',
      ['id', 'template_id', 'residue_number_begin', 'residue_number_end'],
      rows(({ alignedTemplate }, id) => [id, id, 1, lettersOf(alignedTemplate).length]),
    ),
    cifCategory(
      '_ma_target_template_poly_mapping',
      ['id', 'template_segment_id', 'target_asym_id', 'target_seq_id_begin', 'target_seq_id_end'],
      rows(({ targetAsymId, alignedTarget }, id) => [id, id, targetAsymId, 1, lettersOf(alignedTarget).length]), // prettier-ignore
    ),
    cifCategory(
      '_ma_alignment_info',
      [
        'alignment_id',
        'data_id',
        'software_group_id',
        'alignment_length',
        'alignment_type',
        'alignment_mode',
      ],
      rows(({ alignedTarget }, id) => [id, data.alignments[id - 1]!, data.softwareGroup, alignedTarget.length, 'target-template pairwise alignment', 'global']), // prettier-ignore
    ),
    cifCategory(
      '_ma_alignment_details',
      ['ordinal_id', 'alignment_id', 'template_segment_id', 'target_asym_id', 'score_type', 'score_value', 'percent_sequence_identity', 'sequence_identity_denominator'], // prettier-ignore
      rows(({ targetAsymId, identity, expectedByChance }, id) => [id, id, id, targetAsymId, 'BLAST e-value', expectedByChance.toExponential(1), (100 * identity).toFixed(1), 'Number of aligned residue pairs (not including the gaps)']), // prettier-ignore
    ),
    cifCategory(
      '_ma_alignment',
      ['ordinal_id', 'alignment_id', 'target_template_flag', 'sequence'],
      templates.flatMap(({ alignedTarget, alignedTemplate }, i): CifValue[][] => [
        [2 * i + 1, i + 1, 1, alignedTarget],
        [2 * i + 2, i + 1, 2, alignedTemplate],
      ]),
    ),
  ];
}

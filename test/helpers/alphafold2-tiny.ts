/** @file A tiny AlphaFold 2 and what the original code makes of it; see test/fixtures/alphafold2-tiny/README.md. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type {
  Alphafold2Features,
  TemplateFeatures,
} from '#architectures/alphafold2/features/network-input';
import type { HostTensor } from '#tensor/tensor';
import { parseFile } from '#weights/node/open-file';
import { readSafetensors } from '#weights/safetensors';

/** Path of a file of the fixture. */
export const alphafold2File = (name: string): string =>
  fileURLToPath(new URL(`../fixtures/alphafold2-tiny/${name}`, import.meta.url));

/** How the original was run on a case. */
export interface Alphafold2Case {
  readonly name: string;
  readonly sequence: string;
  readonly a3m: string;
  readonly num_recycles: number;
  readonly use_templates: boolean;
  readonly templates: readonly { readonly file: string; readonly aligned: string }[];
  readonly max_msa_clusters: number;
  readonly max_extra_msa: number;
  /** Whether rows and templates are padded to their limits. */
  readonly fixed_size: boolean;
  readonly max_templates: number;
  readonly float32_noise: Readonly<Record<string, number>>;
}

export const ALPHAFOLD2_CASES: readonly Alphafold2Case[] = Object.entries(
  JSON.parse(readFileSync(alphafold2File('cases.json'), 'utf8')) as Record<
    string,
    Omit<Alphafold2Case, 'name'>
  >,
).map(([name, golden]) => ({ name, ...golden }));

/** Tensors of a file of the fixture, as the original wrote them. */
export function alphafold2Tensors(file: string) {
  const source = parseFile(alphafold2File(`${file}.safetensors`), readSafetensors);
  const read = (tensor: string): HostTensor => {
    const { shape, dtype } = source.info(tensor);
    const values = source.read(tensor);
    return { shape, data: dtype === 'F32' ? values : Int32Array.from(values) };
  };
  return { has: (tensor: string): boolean => source.has(tensor), read };
}

/** The original's network inputs of a case; every pass sees the same rows. */
export function alphafold2Inputs(name: string): Alphafold2Features {
  const { has, read } = alphafold2Tensors(`${name}.inputs`);
  const alignment = {
    msa: read('msa_feat'),
    msaMask: read('msa_mask'),
    extraMsa: read('extra_msa'),
    extraHasDeletion: read('extra_has_deletion'),
    extraDeletionValue: read('extra_deletion_value'),
    extraMsaMask: read('extra_msa_mask'),
  };
  return {
    aatype: read('aatype'),
    residueIndex: read('residue_index'),
    targetFeat: read('target_feat'),
    ...(has('template_mask') ? { templates: templatesOf(read) } : {}),
    alignment: () => alignment,
  };
}

const templatesOf = (read: (tensor: string) => HostTensor): TemplateFeatures => ({
  mask: read('template_mask'),
  aatype: read('template_aatype'),
  atom37: read('template_all_atom_positions'),
  atom37Mask: read('template_all_atom_mask'),
  pseudoBeta: read('template_pseudo_beta'),
  pseudoBetaMask: read('template_pseudo_beta_mask'),
  torsions: read('template_torsion_angles_sin_cos'),
  alternativeTorsions: read('template_alt_torsion_angles_sin_cos'),
  torsionMask: read('template_torsion_angles_mask'),
});

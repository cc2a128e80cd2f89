import type { TemplateFeatures } from '#architectures/alphafold2/features/network-input';
import { entries, joinEntries } from '#architectures/alphafold2/host-tensors';
import type { HostTensor } from '#tensor/tensor';

/**
 * Templates that count: what only pads is left out, since a network without templates and one whose templates are all
 * masked give the same.
 *
 * @returns nothing where none counts
 */
export function usedTemplates(templates: TemplateFeatures): TemplateFeatures | undefined {
  const used = Array.from(templates.mask.data.keys()).filter((i) => templates.mask.data[i] !== 0);
  if (used.length === 0) return undefined;
  if (used.length === templates.mask.data.length) return templates;
  const kept = Object.entries<HostTensor>({ ...templates }).map(([name, tensor]) => [
    name,
    joinEntries(used.map((i) => entries(tensor, i, i + 1))),
  ]);
  return Object.fromEntries(kept) as TemplateFeatures;
}

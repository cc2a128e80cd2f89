import { invariant } from '#errors';
import { GLYCINE } from '#sequence/amino-acids';
import { ATOM37_NAMES } from '#structure/residues/atoms';
import type { TemplateFeatures } from './network-input.js';
import type { PlacedTemplate } from './placed-template.js';
import { templateTorsions } from './template-torsions.js';

const NUM_ATOMS = ATOM37_NAMES.length;
const CA = ATOM37_NAMES.indexOf('CA');
const CB = ATOM37_NAMES.indexOf('CB');

/**
 * Templates as the network reads them.
 *
 * @param templates at least one, all of the same query
 * @source AlphaFold2 SI Table 1; alphafold/model/tf/data_transforms.py, "make_pseudo_beta", "atom37_to_torsion_angles"
 */
export function templateFeatures(templates: readonly PlacedTemplate[]): TemplateFeatures {
  const numTemplates = templates.length;
  const numResidues = templates[0]!.aatype.length;
  invariant(
    templates.every(({ aatype }) => aatype.length === numResidues),
    'templates are of queries of different lengths',
  );
  const betas = templates.map(pseudoBeta);
  const torsions = templates.map(templateTorsions);
  const join = (shape: readonly number[], parts: readonly ArrayLike<number>[]) => ({
    shape: [numTemplates, numResidues, ...shape],
    data: Float32Array.from(parts.flatMap((part) => Array.from(part))),
  });
  return {
    mask: { shape: [numTemplates], data: new Float32Array(numTemplates).fill(1) },
    aatype: {
      shape: [numTemplates, numResidues],
      data: Int32Array.from(templates.flatMap(({ aatype }) => Array.from(aatype))),
    },
    atom37: join(
      [NUM_ATOMS, 3],
      templates.map(({ atom37 }) => atom37),
    ),
    atom37Mask: join(
      [NUM_ATOMS],
      templates.map(({ atom37Mask }) => atom37Mask),
    ),
    pseudoBeta: join(
      [3],
      betas.map(({ positions }) => positions),
    ),
    pseudoBetaMask: join(
      [],
      betas.map(({ mask }) => mask),
    ),
    torsions: join(
      [7, 2],
      torsions.map(({ sinCos }) => sinCos),
    ),
    alternativeTorsions: join(
      [7, 2],
      torsions.map(({ alternativeSinCos }) => alternativeSinCos),
    ),
    torsionMask: join(
      [7],
      torsions.map(({ mask }) => mask),
    ),
  };
}

/** CB, or CA of glycine. */
function pseudoBeta({ aatype, atom37, atom37Mask }: PlacedTemplate) {
  const positions = new Float32Array(aatype.length * 3);
  const mask = new Uint8Array(aatype.length);
  aatype.forEach((type, residue) => {
    const atom = residue * NUM_ATOMS + (type === GLYCINE ? CA : CB);
    positions.set(atom37.subarray(3 * atom, 3 * atom + 3), 3 * residue);
    mask[residue] = atom37Mask[atom]!;
  });
  return { positions, mask };
}

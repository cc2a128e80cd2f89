/**
 * Parts of names in OpenFold's checkpoints and what we call them: as OpenFold 2 does, but for the points of invariant
 * point attention, which ESMFold's checkpoints name as OpenFold 1 did.
 */
const PARTS: readonly (readonly [RegExp, string])[] = [
  // Training checkpoints wrap the model once or twice.
  [/^((module|model)\.)+/, ''],
  [/^template_angle_embedder\./, 'template_embedder.template_single_embedder.'],
  [/^template_(pair_embedder|pair_stack|pointwise_att)\./, 'template_embedder.template_$1.'],
  [/\.core\.(msa_transition|outer_product_mean)\./, '.$1.'],
  [/\.core\./, '.pair_stack.'],
  [/\.ipa\.linear_(q|kv)_points\.linear\./, '.ipa.linear_$1_points.'],
];

/**
 * The name that we give to a tensor of a checkpoint of OpenFold, release 1 or 2.
 *
 * @param original as in the file
 */
export function openfoldName(original: string): string {
  return PARTS.reduce((name, [part, replacement]) => name.replace(part, replacement), original);
}

/**
 * Parts of names in facebookresearch/esm and what transformers calls them.
 *
 * @source transformers, models/esm/convert_esm.py, against facebookresearch/esm, esm/model/esm2.py
 */
const PARTS: readonly (readonly [RegExp, string])[] = [
  [/^embed_tokens\./, 'esm.embeddings.word_embeddings.'],
  [/^emb_layer_norm_after\./, 'esm.encoder.emb_layer_norm_after.'],
  [/^contact_head\./, 'esm.contact_head.'],
  [/^lm_head\.weight$/, 'lm_head.decoder.weight'],
  [/^layers\.(\d+)\./, 'esm.encoder.layer.$1.'],
  [/\.self_attn\.q_proj\./, '.attention.self.query.'],
  [/\.self_attn\.k_proj\./, '.attention.self.key.'],
  [/\.self_attn\.v_proj\./, '.attention.self.value.'],
  [/\.self_attn\.rot_emb\./, '.attention.self.rotary_embeddings.'],
  [/\.self_attn\.out_proj\./, '.attention.output.dense.'],
  [/\.self_attn_layer_norm\./, '.attention.LayerNorm.'],
  [/\.fc1\./, '.intermediate.dense.'],
  [/\.fc2\./, '.output.dense.'],
  [/\.final_layer_norm\./, '.LayerNorm.'],
];

/**
 * The name that transformers, and we, give to a tensor of an original ESM-2 checkpoint.
 *
 * @param original with or without the prefixes `encoder.` and `encoder.sentence_encoder.`
 */
export function esm2Name(original: string): string {
  const bare = original.replace(/^encoder\.(sentence_encoder\.)?/, '');
  return PARTS.reduce((name, [part, replacement]) => name.replace(part, replacement), bare);
}

/**
 * The name of a tensor of an original ESMFold checkpoint. The folding part has the same names in both; a
 * language model inside it loses its own head, which folding does not use.
 *
 * @param original as in the file
 */
export function esmfoldName(original: string): string | undefined {
  if (!original.startsWith('esm.')) return original;
  const name = esm2Name(original.slice('esm.'.length));
  return name.startsWith('esm.') ? name : undefined;
}

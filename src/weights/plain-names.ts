import { esm2Name } from './original/esm2-names.js';
import { renamed } from './rename.js';
import type { TensorSource } from './tensor-source.js';

/** Every ESM-2 has this tensor once; what stands before it tells how its model was wrapped. */
const EMBEDDING = 'embeddings.word_embeddings.weight';
/** The same in facebookresearch/esm. */
const ORIGINAL_EMBEDDING = 'embed_tokens.weight';
const LANGUAGE_MODEL = 'esm.';
/** `torch.compile` puts this before the names of whatever it compiles. */
const COMPILED = /(^|\.)_orig_mod\./g;

/**
 * The tensors of an ESM-2 or ESMFold checkpoint under the names of transformers' whole models, however it was saved: as
 * the bare `EsmModel`, in `DataParallel` (`module.`), compiled (`_orig_mod.`), inside a module of one's own (`model.`),
 * or as the state of a model of facebookresearch/esm.
 *
 * @param source a checkpoint that is not recognised keeps its names
 * @param sourceName what error messages call it
 */
export function withPlainNames(source: TensorSource, sourceName: string): TensorSource {
  const names = [...source.names].map(uncompiled);
  const wrapper = prefixOf(names, EMBEDDING);
  if (wrapper !== undefined) {
    const isWhole = wrapper.endsWith(LANGUAGE_MODEL);
    const outer = isWhole ? wrapper.slice(0, -LANGUAGE_MODEL.length) : wrapper;
    return renamed(
      source,
      (name) => (isWhole ? '' : LANGUAGE_MODEL) + withoutPrefix(uncompiled(name), outer),
      sourceName,
    );
  }
  const original = prefixOf(names, ORIGINAL_EMBEDDING);
  if (original === undefined) return source;
  return renamed(source, (name) => esm2Name(withoutPrefix(uncompiled(name), original)), sourceName);
}

function uncompiled(name: string): string {
  return name.replaceAll(COMPILED, '$1');
}

/** What stands before a part of a name that ends one of the names. */
function prefixOf(names: readonly string[], ending: string): string | undefined {
  const name = names.find((one) => one === ending || one.endsWith(`.${ending}`));
  return name?.slice(0, -ending.length);
}

function withoutPrefix(name: string, prefix: string): string {
  return name.startsWith(prefix) ? name.slice(prefix.length) : name;
}

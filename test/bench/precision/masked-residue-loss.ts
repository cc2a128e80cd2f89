import { LanguageModelRunner } from '#architectures/esmfold/language-model/runner';
import {
  MASK_TOKEN,
  TOKEN_OF_AATYPE,
  tokenise,
  TOKENS,
} from '#architectures/esmfold/language-model/tokens';
import { loadLanguageModel } from '#predict/node/load-language-model';
import { DEFAULT_MODEL } from '#predict/node/load-model';
import { aatypeOf, UNKNOWN_AATYPE } from '#sequence/amino-acids';
import { int8NodeEngine, nodeEngine } from '#tensor/engine/onnxruntime-node';
import type { KnownEngine } from '#tensor/engine/engine';
import { openDataset } from '#training/data/dataset';
import { chainsOfSplit } from '#training/evaluation/evaluate';

/** One residue of so many is masked at a time. */
const EVERY = 7;

/** Prints -ln p of masked residues of a data set's `val`, by our own language model in float32 and with int8 products. */
export async function printMaskedResidueLoss(folder: string): Promise<void> {
  const chains = chainsOfSplit(await openDataset(folder), 'val');
  const sequences = chains.map(({ sequence }) => aatypeOf(sequence));
  const losses: number[] = [];
  for (const engine of [nodeEngine(2), int8NodeEngine(2)]) {
    losses.push(await maskedResidueLoss(engine, sequences));
    console.log(`${engine.facts.precision}: masked-residue loss ${losses.at(-1)!.toFixed(5)} nats`);
  }
  const [exact, rounded] = losses as [number, number];
  console.log(
    `int8 products cost ${(rounded - exact).toFixed(5)} nats (${sequences.length} chains)`,
  );
}

/** Mean over all residues of all chains, each masked once. */
async function maskedResidueLoss(
  engine: KnownEngine,
  sequences: readonly ArrayLike<number>[],
): Promise<number> {
  const runner = new LanguageModelRunner(engine, loadLanguageModel(DEFAULT_MODEL));
  let [sum, count] = [0, 0];
  for (const aatype of sequences) {
    const numResidues = aatype.length;
    const data = new Int32Array(EVERY * (numResidues + 2));
    for (let row = 0; row < EVERY; row++) {
      const tokens = tokenise(aatype);
      for (let i = row; i < numResidues; i += EVERY) tokens[i + 1] = MASK_TOKEN;
      data.set(tokens, row * tokens.length);
    }
    const { logits } = await runner.run(
      { shape: [EVERY, numResidues + 2], data },
      { logits: true },
    );
    for (let i = 0; i < numResidues; i++) {
      if (aatype[i] === UNKNOWN_AATYPE) continue;
      const start = ((i % EVERY) * numResidues + i) * TOKENS.length;
      const ofResidue = logits!.data.subarray(start, start + TOKENS.length);
      sum += logSumExp(ofResidue) - ofResidue[TOKEN_OF_AATYPE[aatype[i]!]!]!;
      count++;
    }
  }
  await runner.close();
  return sum / count;
}

function logSumExp(values: ArrayLike<number>): number {
  const all = Array.from(values);
  const largest = Math.max(...all);
  return largest + Math.log(all.reduce((sum, value) => sum + Math.exp(value - largest), 0));
}

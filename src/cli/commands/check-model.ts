import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { fractionDone } from '#architectures/family';
import { parsePdb } from '#bio-pdb/pdb/reader';
import {
  addEngineOptions,
  addPrecisionOption,
  openFirst,
  type EngineFlags,
} from '#cli/engine-options';
import { interruptSignal } from '#cli/interrupt';
import { ProgressBar } from '#cli/progress-bar';
import { print } from '#cli/report';
import { forkedPredictor } from '#predict/node/forked-predictor';
import { DEFAULT_MODEL } from '#predict/node/load-model';
import type { Prediction } from '#predict/prediction';
import { RESIDUE_LETTERS } from '#sequence/amino-acids';
import { superpose } from '#structure/comparison/superposition';
import { foldInWords, superpositionScores } from '#structure/comparison/superposition-scores';
import { residuesFromStructure, type FileResidues } from '#structure/from-bio-pdb';
import { CA_SLOT } from '#structure/residues/atoms';

/** CA atoms of the engrailed homeodomain. */
const EXPERIMENT = fileURLToPath(new URL('../../../data/examples/1enh-ca.pdb', import.meta.url));
const PROTEIN = 'the engrailed homeodomain';
/** Of 14 atom slots, three numbers each. */
const RESIDUE_NUMBERS = 42;

const HELP = `
The engrailed homeodomain (54 residues, PDB 1ENH, X-ray at 2.1 Å) is folded, and its CA atoms are laid on those of the
experiment. codonfold-small, which saw this structure in its training, comes within 4.4 Å; two small networks of random
weights stay 11 and 31 Å away. We have had no access to public weights, so we have measured none of them: from what is
published we expect accurate models within about 2 Å, with a mean pLDDT above 70. AlphaFold 2 gets no alignment here, which
makes it less accurate than it can be. A model that comes near is read and run correctly. A model that stays away with a low
pLDDT may just not know this protein; if its pLDDT is high, please report it.

Exit code: 0 the model gives a structure, whatever it looks like; 1 it gives none.

Examples:
  $ codonfold models check
  $ codonfold models check openfold_ptm_no_templates_1`;

/** Adds `codonfold models check`. */
export function addCheckModel(models: Command): void {
  const command = models
    .command('check')
    .argument('[name|dir]', 'an installed model, a folder or a file', DEFAULT_MODEL)
    .description(
      'fold a small protein and compare it with the experiment, to see whether a model works',
    );
  addPrecisionOption(addEngineOptions(command)).addHelpText('after', HELP).action(check);
}

async function check(name: string, engine: EngineFlags): Promise<void> {
  const { device, precision, threads } = engine;
  const predictor = forkedPredictor(name, { device, precision, numThreads: threads });
  const experiment = residuesFromStructure(parsePdb(readFileSync(EXPERIMENT, 'utf8')));
  const bar = new ProgressBar();
  const began = performance.now();
  let prediction: Prediction;
  try {
    await openFirst(predictor, engine);
    const request = { name: 'check', chains: [{ id: 'A', sequence: sequenceOf(experiment) }] };
    prediction = await predictor.predict(request, {
      signal: interruptSignal(),
      onProgress: (progress) => {
        bar.draw(fractionDone(progress), name, `folding ${PROTEIN}`);
      },
    });
  } finally {
    bar.clear();
    await predictor.close();
  }
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  const { model, numRecycles, meanPlddt, ptm } = prediction;
  print(`${model.name} (sha256 ${model.sha256.slice(0, 12)}…) folds ${PROTEIN} in ${seconds} s`);
  print(`${numRecycles} recycles, mean pLDDT ${meanPlddt.toFixed(1)}, pTM ${ptm.toFixed(2)}`);
  print(comparisonLine(prediction, experiment));
}

function sequenceOf({ aatype }: FileResidues): string {
  return Array.from(aatype, (type) => RESIDUE_LETTERS[type]!).join('');
}

/** How near the prediction is to the experiment. */
function comparisonLine({ atom14 }: Prediction, experiment: FileResidues): string {
  const [predicted, measured] = [alphas(atom14), alphas(experiment.atom14)];
  const { rmsd } = superpose(predicted, measured);
  const { tmScore } = superpositionScores(predicted, measured);
  return `CA atoms: ${rmsd.toFixed(2)} Å root mean square from PDB 1ENH, TM-score ${tmScore.toFixed(2)} (${foldInWords(tmScore)})`;
}

/** `[N, 3]` of `[N, 14, 3]` */
function alphas(atom14: Float32Array): Float32Array {
  return Float32Array.from({ length: (3 * atom14.length) / RESIDUE_NUMBERS }, (_, i) => {
    const residue = Math.floor(i / 3);
    return atom14[RESIDUE_NUMBERS * residue + 3 * CA_SLOT + (i % 3)]!;
  });
}

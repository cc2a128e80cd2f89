/**
 * @file Folds the examples of the page's gallery with the default model and puts the experiments beside them:
 * `npm run gallery -- DATA`, DATA being a data set with index.tsv and atom14.i16.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { writePdb } from '#bio-pdb/pdb/writer';
import { textFiles } from '#predict/files/result-files';
import { forkedPredictor } from '#predict/node/forked-predictor';
import { DEFAULT_MODEL } from '#predict/node/load-model';
import { templateStructure } from '#structure/templates/template-structure';
import { openDataset, type ChainRecord, type Dataset } from '#training/data/dataset';
import { templateOf } from '#training/evaluation/template-evaluation';
import { LESSONS, type EntryChain } from '#web/gallery/lessons';
import type { GalleryFile, ShownScores } from '#web/gallery/gallery-file';
import { readStructure } from '#web/molecule/read-structure';
import { compareMolecules } from '#web/panels/comparison';
import { parseStructure } from '#bio-pdb/parse-structure';

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: npm run gallery -- DATA');
const dataset = await openDataset(folder);
const predictor = forkedPredictor(DEFAULT_MODEL);
const scores: Record<string, ShownScores> = {};
for (const { id, experiment, template } of LESSONS) {
  const record = recordOf(dataset, experiment);
  const prediction = await predictor.predict({
    name: id,
    title: `${experiment.protein} (PDB ${experiment.pdb}, chain ${experiment.chain})`,
    chains: [{ id: 'A', sequence: record.sequence }],
    templates: template && [templateOf(dataset, recordOf(dataset, template))],
  });
  const files = textFiles(prediction, []);
  const text = (name: 'structure.cif' | 'confidence.json' | 'pae.json'): string =>
    new TextDecoder().decode(files[name]);
  const file: GalleryFile = {
    files: {
      mmcif: text('structure.cif'),
      confidence: JSON.stringify(JSON.parse(text('confidence.json'))),
      pae: text('pae.json').trim(),
    },
    experiment: writePdb(templateStructure(templateOf(dataset, record))),
  };
  write(`${id}.json.gz`, gzipSync(JSON.stringify(file), { level: 9 }));
  scores[id] = scoresOf(file, experiment.pdb);
  const { tmScore, lddt } = scores[id];
  const confidence = `pLDDT ${prediction.meanPlddt.toFixed(0)}, pTM ${prediction.ptm.toFixed(2)}`;
  console.log(`${id}: ${confidence}; TM-score ${tmScore.toFixed(2)}, lDDT ${lddt.toFixed(2)}`);
}
write('scores.json', `${JSON.stringify(scores)}\n`);
await predictor.close();

/** What the page will find when it compares the two. */
function scoresOf({ files, experiment }: GalleryFile, name: string): ShownScores {
  const molecule = readStructure(files.mmcif, 'structure.cif');
  const reference = { name, structure: parseStructure(experiment, name) };
  const { comparison, lddtPerResidue } = compareMolecules(molecule, reference);
  const { ptm, meanPlddt } = JSON.parse(files.confidence) as ShownScores;
  const percents = (values: Float32Array, scale: number): number[] =>
    Array.from(values, (value) => Math.round(scale * value));
  return {
    ptm,
    meanPlddt,
    tmScore: comparison.tmScore,
    lddt: comparison.lddt,
    plddtPerResidue: percents(molecule.plddt, 1),
    lddtPerResidue: percents(lddtPerResidue, 100),
  };
}

function recordOf({ chains }: Dataset, { pdb, chain }: EntryChain): ChainRecord {
  const record = chains.find((each) => each.pdb === pdb && each.chain === chain);
  if (!record) throw new Error(`the data set has no chain ${chain} of ${pdb}`);
  return record;
}

function write(name: string, content: string | Uint8Array): void {
  writeFileSync(join(import.meta.dirname, name), content);
}

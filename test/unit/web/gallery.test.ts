import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { parseStructure } from '#bio-pdb/parse-structure';
import type { Confidence } from '#predict/files/confidence';
import type { GalleryFile, ShownScores } from '#web/gallery/gallery-file';
import { LESSONS } from '#web/gallery/lessons';
import { readStructure } from '#web/molecule/read-structure';
import { compareMolecules } from '#web/panels/comparison';

const SCORES = JSON.parse(readFileSync('data/gallery/scores.json', 'utf8')) as Record<
  string,
  ShownScores
>;

describe.each(LESSONS)('the example $id', ({ id, experiment, template }) => {
  const packed = readFileSync(`data/gallery/${id}.json.gz`);
  const file = JSON.parse(gunzipSync(packed).toString()) as GalleryFile;
  const confidence = JSON.parse(file.files.confidence) as Confidence;
  const scores = SCORES[id]!;

  it('is small enough to be fetched by a click', () => {
    expect(packed.length).toBeLessThan(100_000);
  });

  it('is scored in the list as it is where it opens', () => {
    const molecule = readStructure(file.files.mmcif, 'structure.cif');
    const structure = parseStructure(file.experiment, experiment.pdb);
    const { comparison } = compareMolecules(molecule, { name: experiment.pdb, structure });
    expect(comparison.tmScore).toBeCloseTo(scores.tmScore, 6);
    expect(comparison.lddt).toBeCloseTo(scores.lddt, 6);
    expect(comparison.identity).toBe(1);
    expect(confidence.ptm).toBe(scores.ptm);
    expect(scores.plddtPerResidue).toHaveLength(molecule.numResidues);
  });

  it('was folded after the template that it names, if any', () => {
    const used = confidence.templates?.chains.filter(({ isUsed }) => isUsed) ?? [];
    expect(used.map(({ source, chainId }) => ({ pdb: source, chain: chainId }))).toEqual(
      template ? [template] : [],
    );
  });
});

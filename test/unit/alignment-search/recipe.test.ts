import { describe, expect, it } from 'vitest';
import { pairingSteps, relativeSteps } from '#alignment-search/database/recipe';

const place = { folder: '/w', threads: 3 };
const clustered = (path: string) => ({
  path,
  sequences: `${path}_seq`,
  members: `${path}_aln`,
  hasTaxonomy: true,
});
const commands = (steps: readonly { words: readonly string[] }[]): string[] =>
  steps.map(({ words }) => words.join(' '));

describe("ColabFold's recipe", () => {
  it('searches, expands, aligns, filters and writes; then again with the profile', () => {
    const steps = relativeSteps(
      { main: clustered('/d/uniref30_db'), environmental: clustered('/d/env_db') },
      place,
    );
    const read = '--db-load-mode 0 --threads 3';
    expect(commands(steps)).toEqual([
      `search /w/qdb /d/uniref30_db /w/res /w/tmp_res --num-iterations 3 -a -e 0.1 --max-seqs 10000 -s 8 ${read}`,
      'mvdb /w/tmp_res/latest/profile_1 /w/prof_res',
      'lndb /w/qdb_h /w/prof_res_h',
      `expandaln /w/qdb /d/uniref30_db_seq /w/res /d/uniref30_db_aln /w/res_exp --expansion-mode 0 -e inf --expand-filter-clusters 1 --max-seq-id 0.95 ${read}`,
      `align /w/prof_res /d/uniref30_db_seq /w/res_exp /w/res_ali -e 10 --max-accept 100000 --alt-ali 10 -a ${read}`,
      `filterresult /w/qdb /d/uniref30_db_seq /w/res_ali /w/res_filter --qid 0 --qsc 0.8 --diff 0 --max-seq-id 1.0 --filter-min-enable 100 ${read}`,
      `result2msa /w/qdb /d/uniref30_db_seq /w/res_filter /w/res_a3m --msa-format-mode 6 --filter-msa 1 --filter-min-enable 1000 --diff 3000 --qid 0.0,0.2,0.4,0.6,0.8,1.0 --qsc 0 --max-seq-id 0.95 ${read}`,
      'unpackdb /w/res_a3m /w --unpack-name-mode 0 --unpack-suffix .uniref.a3m',
      `search /w/prof_res /d/env_db /w/env /w/tmp_env --num-iterations 3 -a -e 0.1 --max-seqs 10000 -s 8 ${read}`,
      `expandaln /w/prof_res /d/env_db_seq /w/env /d/env_db_aln /w/env_exp --expansion-mode 0 -e inf ${read}`,
      `align /w/tmp_env/latest/profile_1 /d/env_db_seq /w/env_exp /w/env_ali -e 10 --max-accept 100000 --alt-ali 10 -a ${read}`,
      `filterresult /w/qdb /d/env_db_seq /w/env_ali /w/env_filter --qid 0 --qsc 0.8 --diff 0 --max-seq-id 1.0 --filter-min-enable 100 ${read}`,
      `result2msa /w/qdb /d/env_db_seq /w/env_filter /w/env_a3m --msa-format-mode 6 --filter-msa 1 --filter-min-enable 1000 --diff 3000 --qid 0.0,0.2,0.4,0.6,0.8,1.0 --qsc 0 --max-seq-id 0.95 ${read}`,
      'unpackdb /w/env_a3m /w --unpack-name-mode 0 --unpack-suffix .environmental.a3m',
    ]);
  });

  it('expands nothing where the database has each sequence itself, and maps an index', () => {
    const plain = { path: '/d/my', sequences: '/d/my', members: undefined, hasTaxonomy: false };
    const steps = commands(relativeSteps({ main: plain, environmental: undefined }, place));
    expect(steps.some((step) => step.startsWith('expandaln'))).toBe(false);
    expect(steps.find((step) => step.startsWith('align'))).toContain('/d/my /w/res /w/res_ali');
    const indexed = { ...plain, sequences: '/d/my.idx', members: '/d/my.idx' };
    const mapped = commands(relativeSteps({ main: indexed, environmental: undefined }, place));
    expect(mapped[0]).toContain('--db-load-mode 2');
  });

  it('pairs by organism', () => {
    const programs = pairingSteps(clustered('/d/u'), place).map(({ words }) => words[0]);
    expect(programs).toEqual([
      'expandaln',
      'align',
      'pairaln',
      'align',
      'pairaln',
      'result2msa',
      'unpackdb',
    ]);
  });
});

import { describe, expect, it, vi } from 'vitest';
import { FoldError } from '#errors';
import { readAlignments } from '#alignment/read-alignment';
import { expectLinear, HOSTILE_SHAPES, parts, type Shape } from '../../helpers/linear.js';

vi.setConfig({ testTimeout: 120_000 });

const ALIGNMENTS: Readonly<Record<string, Shape>> = {
  'sections by NUL': parts(() => '>a\nMK\n\0'),
  'NUL alone': parts(() => '\0', '>a\nMK\n'),
  'rows of one column': parts((i) => `>${i}\nM\n`),
  'insertions in one row': parts(() => 'a', '>a\nMK\n>b\nM', 'K\n'),
  'insertions in each row': parts((i) => `>${i}\nMaK\n`, '>a\nMK\n'),
  'empty rows': parts(() => '>\n\n', '>a\nMK\n'),
  'lines of one row': parts(() => 'M\n', '>a\n'),
  'comments before rows': parts(() => '#1\t1\n', '', '>a\nM\n'),
  'chains of a complex': parts(() => ',1', '#1', '\t1\n>a\nM\n'),
  'a long first line': parts(() => '9', '#', '\t1\n>a\nM\n'),
  'Stockholm rows': parts((i) => `s${i} MK\n`, '# STOCKHOLM 1.0\n'),
  'Stockholm blocks of two rows': parts(() => 'a MK\nb MK\n\n', '# STOCKHOLM 1.0\n', '//\n'),
  'Stockholm alignments': parts(() => '# STOCKHOLM 1.0\na MK\n//\n'),
  'Stockholm annotation': parts((i) => `#=GS s${i} AC x\n`, '# STOCKHOLM 1.0\n'),
  'a Stockholm name without end': parts(() => 'a', '# STOCKHOLM 1.0\n'),
};

describe('the work to read an alignment grows with its length', () => {
  it.each(Object.entries({ ...HOSTILE_SHAPES, ...ALIGNMENTS }))('for %s', (_, shape) => {
    expectLinear((text) => {
      try {
        readAlignments(new TextEncoder().encode(text), 'hostile');
      } catch (error) {
        expect(error).toBeInstanceOf(FoldError);
      }
    }, shape);
  });
});

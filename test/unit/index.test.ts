import { describe, expect, it } from 'vitest';
import { FoldError, forkedPredictor, interpret, mmcifText } from '#index';

describe("import … from 'codonfold'", () => {
  it('folds a gene as its docstring shows', async () => {
    const predictor = forkedPredictor('test/fixtures/esmfold-tiny/checkpoint');
    try {
      const [gene] = interpret('>demo\nATGGCCCTGTGGATGCGCCTCCTGCCCCTGTAA');
      const prediction = await predictor.predict({ ...gene!, numRecycles: 0 });
      expect(prediction.chains[0]!.sequence).toBe('MALWMRLLPL');
      expect(prediction.plddt).toHaveLength(10);
      expect(mmcifText(prediction)).toContain('_ma_qa_metric_local');
    } finally {
      await predictor.close();
    }
  });

  it('throws errors with a code', () => {
    expect(() => interpret('MK-V')).toThrow(FoldError);
  });
});

import { describe, expect, it } from 'vitest';
import { refuseWhatIsNotRead } from '#predict/predictor';

describe('what a model does not read', () => {
  const alignment = { text: '>query\nMKV\n' };

  it('is refused where it is given, not dropped', () => {
    const refused = () => {
      refuseWhatIsNotRead({ name: 'small', model: { readsAlignments: false } }, { alignment });
    };
    expect(refused).toThrow(expect.objectContaining({ code: 'REQUEST_INVALID' }) as Error);
    expect(refused).toThrow('small reads no alignment');
  });

  it('is no matter where it is not given, or read', () => {
    refuseWhatIsNotRead({ name: 'small', model: { readsAlignments: false } }, {});
    refuseWhatIsNotRead({ name: 'deep', model: { readsAlignments: true } }, { alignment });
  });
});

import { describe, expect, it } from 'vitest';
import { refuseWhatIsNotRead } from '#predict/predictor';

describe('what a model does not read', () => {
  const SMALL = { readsAlignments: false, readsTemplates: false, stopsEarly: false };
  const DEEP = { readsAlignments: true, readsTemplates: true, stopsEarly: true };
  const alignment = { text: '>query\nMKV\n' };

  it('is refused where it is given, not dropped', () => {
    const refused = () => {
      refuseWhatIsNotRead({ name: 'small', model: SMALL }, { alignment });
    };
    expect(refused).toThrow(expect.objectContaining({ code: 'REQUEST_INVALID' }) as Error);
    expect(refused).toThrow('small reads no alignment');
    expect(() => {
      refuseWhatIsNotRead({ name: 'small', model: SMALL }, { recycleTolerance: 0 });
    }).toThrow('small always makes all its passes');
    expect(() => {
      refuseWhatIsNotRead({ name: 'small', model: SMALL }, { templates: [] });
    }).toThrow('small reads no templates');
  });

  it('is no matter where it is not given, or read', () => {
    refuseWhatIsNotRead({ name: 'small', model: SMALL }, {});
    refuseWhatIsNotRead(
      { name: 'deep', model: DEEP },
      { alignment, templates: [], recycleTolerance: 0.5 },
    );
  });
});

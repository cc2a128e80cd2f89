import { expect, it } from 'vitest';
import { describeServed } from '#web/data/estimate';

it('says that times are of two cores where a server computes on something else', () => {
  const estimate = { seconds: 40, megabytes: 600 };
  const engine = { name: 'onnxruntime', version: '1.30.0', threads: 2 };
  const told = (device: string) =>
    describeServed({ name: 'esmfold', engine: { ...engine, device } }, estimate);
  expect(told('cpu')).toBe('esmfold: about 40 s, 600 MB of memory');
  expect(told('cuda')).toBe(
    'esmfold: about 40 s, 600 MB of memory on two cores; this server computes on cuda',
  );
});

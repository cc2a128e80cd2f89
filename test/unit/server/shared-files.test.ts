import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readSettings } from '#server/settings';
import { sharedFile, sharedFiles } from '#server/models/shared-files';
import { fakePredictor } from '../../helpers/fake-predictor.js';

const folder = mkdtempSync(join(tmpdir(), 'codonfold-shared-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
const [weights, config, secret] = ['model.safetensors', 'config.json', 'secret'].map((name) => {
  const path = join(folder, name);
  writeFileSync(path, name);
  return path;
}) as [string, string, string];

const predictor = { ...fakePredictor({ name: 'mine' }), files: [weights, config, config] };
const open = readSettings({ HOST: '127.0.0.1' });

describe('files of served models', () => {
  it('are named without their folder, each once', () => {
    expect(sharedFiles(predictor, open).map(({ name, bytes }) => [name, bytes])).toEqual([
      ['model.safetensors', 17],
      ['config.json', 11],
    ]);
  });

  it('are found by model and name, and nothing else is', () => {
    const find = (model: string, name: string) =>
      sharedFile({ predictors: [predictor], settings: open }, model, name);
    expect(find('mine', 'config.json')).toBe(config);
    for (const [model, name] of [
      ['other', 'config.json'],
      ['mine', 'secret'],
      ['mine', secret],
      ['mine', '../secret'],
      ['mine', weights],
    ] as const)
      expect(() => find(model, name)).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
  });

  it('are shared with others only where the operator says so', () => {
    const others = { HOST: '0.0.0.0' };
    expect(sharedFiles(predictor, readSettings(others))).toEqual([]);
    expect(sharedFiles(predictor, readSettings({ ...others, SHARE_MODELS: '1' }))).toHaveLength(2);
    expect(sharedFiles(predictor, readSettings({ SHARE_MODELS: '0' }))).toEqual([]);
  });

  it('are not shared where one has gone, or two have one name', () => {
    const gone = { ...predictor, files: [weights, join(folder, 'gone.json')] };
    const twins = { ...predictor, files: [weights, join(folder, '..', 'model.safetensors')] };
    expect(sharedFiles(gone, open)).toEqual([]);
    expect(sharedFiles(twins, open)).toEqual([]);
  });
});

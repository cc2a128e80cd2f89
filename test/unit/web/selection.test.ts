import { describe, expect, it, vi } from 'vitest';
import { range, runsOf, Selection } from '#web/molecule/selection';

describe('Selection', () => {
  it('walks from either end and stops there', () => {
    const selection = new Selection(7);
    selection.walk(1);
    expect(selection.state.cursor).toBe(0);
    selection.walk(-1);
    expect(selection.state.cursor).toBe(0);
    selection.walk(Infinity);
    expect(selection.state.cursor).toBe(6);
    const fresh = new Selection(7);
    fresh.walk(-1);
    expect(fresh.state.cursor).toBe(6);
  });

  it('extends from the cursor in both directions', () => {
    const selection = new Selection(11);
    selection.select([5]);
    selection.walk(2, true);
    expect([...selection.state.selected].sort()).toEqual([5, 6, 7]);
    selection.extendTo(3);
    expect([...selection.state.selected].sort()).toEqual([3, 4, 5, 6, 7]);
  });

  it('walks on from the cursor, and leaves what was selected', () => {
    const selection = new Selection(11);
    selection.select([2, 5]);
    selection.walk(3);
    expect([...selection.state.selected]).toEqual([8]);
    selection.walk(-1);
    expect(selection.state).toMatchObject({ cursor: 7, hovered: null });
    selection.clear();
    expect(selection.state).toMatchObject({ cursor: 7, selected: new Set() });
    const listener = vi.fn();
    selection.subscribe(listener);
    selection.clear();
    expect(listener).not.toHaveBeenCalled();
    selection.select([0]);
    expect(listener).toHaveBeenCalledTimes(1);
    selection.clear();
    expect(selection.state.selected.size).toBe(0);
    const empty = new Selection(0);
    empty.walk(1);
    expect(empty.state.cursor).toBeNull();
  });

  it('drops what is no residue', () => {
    const selection = new Selection(3);
    selection.select([-1, 0, 1.5, 2, 3]);
    expect([...selection.state.selected]).toEqual([0, 2]);
    new Selection(0).walk(1);
  });

  it('keeps the order in which residues were selected, for measuring', () => {
    const selection = new Selection(9);
    for (const residue of [8, 2, 5]) selection.toggle(residue);
    selection.toggle(2);
    expect([...selection.state.selected]).toEqual([8, 5]);
  });

  it('tells listeners what was before, and only when something changed', () => {
    const selection = new Selection(5);
    const listener = vi.fn();
    const stop = selection.subscribe(listener);
    selection.hover(2);
    selection.hover(2);
    expect(listener).toHaveBeenCalledTimes(1);
    stop();
    selection.hover(3);
    expect(listener).toHaveBeenCalledTimes(1);
  });
});

it('finds runs, whatever the order', () => {
  expect(runsOf([7, 1, 2, 9, 3])).toEqual([
    [1, 3],
    [7, 7],
    [9, 9],
  ]);
  expect(range(4, 2)).toEqual([2, 3, 4]);
});

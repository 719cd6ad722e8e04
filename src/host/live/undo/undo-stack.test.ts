import { describe, expect, it } from 'vitest';
import { ContinuoError } from '../../../errors.js';
import { UndoStack, type UndoStep } from './undo-stack.js';

function stackAt() {
  const clock = { time: 0 };
  const value = { now: 0 };
  const forgotten: string[] = [];
  const stack = new UndoStack(() => clock.time);
  const change = (to: number, label = `to ${to}`, extra: Partial<UndoStep> = {}): UndoStep => {
    const from = value.now;
    const set = (it: number) => {
      value.now = it;
    };
    set(to);
    return {
      label,
      undo: () => set(from),
      redo: () => set(to),
      forget: () => void forgotten.push(label),
      ...extra,
    };
  };
  return { clock, value, forgotten, stack, change };
}

describe('the stack of changes', () => {
  it('undoes from the last change on, and makes them again in order', async () => {
    const { clock, value, stack, change } = stackAt();
    for (const to of [1, 2, 3]) {
      clock.time += 5;
      stack.add(change(to));
    }
    expect(stack.undoable).toEqual({ undo: { label: 'to 3' }, redo: null });
    await stack.undo();
    await stack.undo();
    expect(value.now).toBe(1);
    expect(stack.undoable).toEqual({ undo: { label: 'to 1' }, redo: { label: 'to 2' } });
    await stack.redo();
    expect(value.now).toBe(2);
    await stack.redo();
    expect(value.now).toBe(3);
    await expect(stack.redo()).rejects.toMatchObject({ code: 'UNDO_NOTHING' });
  });

  it('takes changes of one thing that follow each other quickly, or come of one gesture, as one step', async () => {
    const { clock, value, stack, change } = stackAt();
    const slide = (to: number, after: number, gesture?: string) => {
      clock.time += after;
      stack.add(change(to, 'Temperature'), { of: 'temperature', gesture });
    };
    slide(1, 0, 'a');
    slide(2, 0.9, 'a');
    slide(3, 20, 'a');
    slide(4, 0.5, 'b');
    slide(5, 1.5);
    await stack.undo();
    expect(value.now).toBe(4);
    await stack.undo();
    expect([value.now, stack.undoable.undo]).toEqual([0, null]);
    await stack.redo();
    expect(value.now).toBe(4);
  });

  it('keeps changes of two things apart, however quickly they follow, and what comes after an undo', async () => {
    const { value, stack, change } = stackAt();
    stack.add(change(1), { of: 'temperature' });
    stack.add(change(2), { of: 'density' });
    await stack.undo();
    expect(value.now).toBe(1);
    stack.add(change(3), { of: 'temperature' });
    expect(stack.undoable.redo).toBeNull();
    await stack.undo();
    expect(value.now).toBe(1);
  });

  it('forgets what was undone when something else is changed, and the oldest of large ones with all before them', () => {
    const { stack, change, forgotten } = stackAt();
    stack.add(change(0, 'small before'));
    for (let large = 0; large < 18; large++) stack.add(change(large, `large ${large}`, { large: true }));
    expect(forgotten).toEqual(['small before', 'large 0', 'large 1']);
  });

  it('keeps no more than a hundred steps', async () => {
    const { value, stack, change } = stackAt();
    for (let to = 1; to <= 150; to++) stack.add(change(to));
    for (let step = 0; step < 100; step++) await stack.undo();
    expect([value.now, stack.undoable.undo]).toEqual([50, null]);
  });

  it('drops a step that cannot be undone, and keeps one whose loading was cancelled', async () => {
    const { value, stack, change } = stackAt();
    const fails = (code: 'LOAD_CANCELLED' | 'MODEL_NOT_FOUND') => () =>
      Promise.reject(new ContinuoError(code, 'It does not work.'));
    stack.add(change(1));
    stack.add(change(2, 'cancelled', { undo: fails('LOAD_CANCELLED') }));
    await expect(stack.undo()).rejects.toMatchObject({ code: 'LOAD_CANCELLED' });
    expect(stack.undoable.undo).toEqual({ label: 'cancelled' });
    stack.add(change(3, 'impossible', { undo: fails('MODEL_NOT_FOUND') }));
    await expect(stack.undo()).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
    expect(stack.undoable).toEqual({ undo: { label: 'cancelled' }, redo: null });
    expect(value.now).toBe(3);
  });

  it('undoes one after the other where an undo takes its time', async () => {
    const { stack, change } = stackAt();
    const order: string[] = [];
    let open = () => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    stack.add(change(1, 'first', { undo: () => void order.push('first') }));
    stack.add(
      change(2, 'slow', {
        undo: async () => {
          await gate;
          order.push('slow');
        },
      }),
    );
    const both = [stack.undo(), stack.undo()];
    open();
    await Promise.all(both);
    expect(order).toEqual(['slow', 'first']);
  });
});

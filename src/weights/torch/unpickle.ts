import { LITERALS } from './pickle-literals.js';
import { PickleReader } from './pickle-reader.js';
import { KnownGlobal, PlainObject, type PickleList, type PickleValue } from './pickle-value.js';

/** What a pickle may reach beyond plain values. */
export interface PickleWorld {
  /** The meaning of a global; throws when it is not on the whitelist. */
  global(module: string, name: string): KnownGlobal;
  /** The object behind a persistent id. */
  persistent(id: PickleValue): PickleValue;
  /** The error for bytes that make no sense. */
  refuse(problem: string): Error;
}

/** The 3-billion language model has 10^5 operations; past this, memory would outgrow the file. */
const MAX_OPERATIONS = 2_000_000;
/** A tensor takes five; an empty container costs one byte in the file and two hundred in memory. */
const MAX_CONTAINERS = 250_000;
const STOP = 0x2e;

/**
 * Reads a pickle without running anything: values, and what `world` makes of globals and persistent ids.
 *
 * @param bytes one pickle
 * @param world its surroundings
 */
export function unpickle(bytes: Uint8Array, world: PickleWorld): PickleValue {
  return new Unpickler(bytes, world).run();
}

/** A stack machine for the operations that data needs, protocols 0 to 4; no other operation exists here. */
class Unpickler {
  readonly #reader: PickleReader;
  readonly #world: PickleWorld;
  readonly #memo = new Map<number, PickleValue>();
  readonly #stack: PickleValue[] = [];
  readonly #marks: number[] = [];
  #numContainers = 0;

  constructor(bytes: Uint8Array, world: PickleWorld) {
    this.#reader = new PickleReader(bytes, (problem) => world.refuse(problem));
    this.#world = world;
  }

  run(): PickleValue {
    for (let count = 0; count < MAX_OPERATIONS; count++) {
      const code = this.#reader.byte();
      if (code === STOP) return this.#pop();
      const literal = LITERALS.get(code);
      if (literal) this.#stack.push(literal(this.#reader));
      else if (!this.#container(code) && !this.#memory(code) && !this.#effect(code))
        throw this.#refuse(`operation 0x${code.toString(16)} is not allowed`);
    }
    throw this.#refuse(`more than ${MAX_OPERATIONS} operations`);
  }

  /** Operations that push a list, tuple or dictionary. */
  #container(code: number): boolean {
    switch (code) {
      case 0x5d: // EMPTY_LIST
      case 0x29: // EMPTY_TUPLE
        return this.#pushContainer([]);
      case 0x6c: // LIST
      case 0x74: // TUPLE
        return this.#pushContainer(this.#popToMark());
      case 0x85: // TUPLE1
      case 0x86: // TUPLE2
      case 0x87: // TUPLE3
        return this.#pushContainer(this.#popMany(code - 0x84));
      case 0x7d: // EMPTY_DICT
        return this.#pushContainer(new Map());
      case 0x64: // DICT
        return this.#pushContainer(this.#store(new Map(), this.#popToMark()));
      default:
        return false;
    }
  }

  /** Operations on the memo and the marks, and those that only frame the others. */
  #memory(code: number): boolean {
    switch (code) {
      case 0x71: // BINPUT
        return this.#put(this.#reader.byte());
      case 0x72: // LONG_BINPUT
        return this.#put(this.#reader.uint32());
      case 0x94: // MEMOIZE
        return this.#put(this.#memo.size);
      case 0x68: // BINGET
        return this.#get(this.#reader.byte());
      case 0x6a: // LONG_BINGET
        return this.#get(this.#reader.uint32());
      case 0x28: // MARK
        return this.#marks.push(this.#stack.length) > 0;
      case 0x80: // PROTO
        return this.#reader.take(1).length > 0;
      case 0x95: // FRAME
        return this.#reader.take(8).length > 0;
      default:
        return false;
    }
  }

  /** Operations that take what is on the stack and change or replace what is below. */
  #effect(code: number): boolean {
    switch (code) {
      case 0x61: // APPEND
        return this.#append(this.#popMany(1));
      case 0x65: // APPENDS
        return this.#append(this.#popToMark());
      case 0x73: // SETITEM
        return this.#setItems(this.#popMany(2));
      case 0x75: // SETITEMS
        return this.#setItems(this.#popToMark());
      case 0x63: // GLOBAL
        return this.#global(this.#reader.line(), this.#reader.line());
      case 0x93: // STACK_GLOBAL
        return this.#global(...(this.#popMany(2) as [PickleValue, PickleValue]));
      case 0x52: // REDUCE
      case 0x81: // NEWOBJ
        return this.#call();
      case 0x62: // BUILD
        return this.#build();
      case 0x51: // BINPERSID
        return this.#stack.push(this.#world.persistent(this.#pop())) > 0;
      default:
        return false;
    }
  }

  #pushContainer(value: PickleValue): true {
    if (++this.#numContainers > MAX_CONTAINERS)
      throw this.#refuse(`more than ${MAX_CONTAINERS} containers`);
    this.#stack.push(value);
    return true;
  }

  #put(index: number): true {
    this.#memo.set(index, this.#top());
    return true;
  }

  #get(index: number): true {
    const value = this.#memo.get(index);
    if (value === undefined) throw this.#refuse(`memo ${index} is empty`);
    this.#stack.push(value);
    return true;
  }

  #append(items: PickleList): true {
    const list = this.#top();
    if (!Array.isArray(list)) throw this.#refuse('append to what is not a list');
    for (const item of items) list.push(item);
    return true;
  }

  #setItems(keysAndValues: PickleList): true {
    const target = this.#top();
    if (!(target instanceof Map)) throw this.#refuse('item for what is not a dictionary');
    this.#store(target, keysAndValues);
    return true;
  }

  #global(module: PickleValue, name: PickleValue): true {
    if (typeof module !== 'string' || typeof name !== 'string')
      throw this.#refuse('global without a name');
    this.#stack.push(this.#world.global(module, name));
    return true;
  }

  #call(): true {
    const [callee, args] = this.#popMany(2);
    if (!(callee instanceof KnownGlobal) || !Array.isArray(args))
      throw this.#refuse('call of what is not a function');
    if (!callee.call) throw this.#refuse(`"${callee.name}" may be named but not called`);
    return this.#pushContainer(callee.call(args));
  }

  #build(): true {
    const state = this.#pop();
    const target = this.#top();
    // Attributes of an ordered dictionary are not items of it; PyTorch keeps `_metadata` there.
    if (target instanceof Map) return true;
    if (!(target instanceof PlainObject) || !(state instanceof Map))
      throw this.#refuse('state for what is not a configuration object');
    for (const [key, value] of state) target.attributes.set(key, value);
    return true;
  }

  #store(into: Map<PickleValue, PickleValue>, keysAndValues: PickleList): typeof into {
    if (keysAndValues.length % 2 !== 0) throw this.#refuse('key without value');
    for (let i = 0; i < keysAndValues.length; i += 2)
      into.set(keysAndValues[i]!, keysAndValues[i + 1]!);
    return into;
  }

  #popToMark(): PickleList {
    const mark = this.#marks.pop();
    if (mark === undefined) throw this.#refuse('mark missing');
    return this.#stack.splice(mark);
  }

  #popMany(count: number): PickleList {
    return Array.from({ length: count }, () => this.#pop()).reverse();
  }

  /** What lies below the last mark may be changed, but not taken, before the mark is. */
  #pop(): PickleValue {
    if (this.#stack.length <= (this.#marks.at(-1) ?? 0)) throw this.#refuse('stack empty');
    return this.#stack.pop()!;
  }

  #top(): PickleValue {
    const value = this.#stack.at(-1);
    if (value === undefined) throw this.#refuse('stack empty');
    return value;
  }

  #refuse(problem: string): Error {
    return this.#world.refuse(`pickle, byte ${this.#reader.position}: ${problem}`);
  }
}

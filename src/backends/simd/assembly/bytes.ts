/** Moving and filling runs of bytes. */

/** From here on the engine's own copy is faster than a loop of ours, for all that calling it costs. */
const LONG: i32 = 512;

/** Copies `bytes` bytes between places that do not overlap. Reads and writes nothing besides. */
export function copyBytes(target: usize, source: usize, bytes: i32): void {
  if (<u32>bytes >= <u32>LONG) {
    memory.copy(target, source, bytes);
  } else if (bytes >= 16) {
    const last = bytes - 16;
    for (let i = 0; i < last; i += 16) v128.store(target + i, v128.load(source + i));
    v128.store(target + last, v128.load(source + last));
  } else if (bytes >= 4) {
    const last = bytes - 4;
    for (let i = 0; i < last; i += 4) store<u32>(target + i, load<u32>(source + i));
    store<u32>(target + last, load<u32>(source + last));
  } else {
    for (let i = 0; i < bytes; i++) store<u8>(target + i, load<u8>(source + i));
  }
}

/** Writes `count` words. */
export function fillWords(target: usize, word: u32, count: i32): void {
  if (word === 0 && count >= LONG) {
    memory.fill(target, 0, <usize>count << 2);
    return;
  }
  const four = i32x4.splat(word);
  const last = count - 4;
  let i = 0;
  for (; i <= last; i += 4) v128.store(target + (<usize>i << 2), four);
  for (; i < count; i++) store<u32>(target + (<usize>i << 2), word);
}

/** target[i] += source[i] for `count` floats. */
export function addFloats(target: usize, source: usize, count: i32): void {
  const last = count - 4;
  let i = 0;
  for (; i <= last; i += 4) {
    const at = <usize>i << 2;
    v128.store(target + at, f32x4.add(v128.load(target + at), v128.load(source + at)));
  }
  for (; i < count; i++) {
    const at = <usize>i << 2;
    store<f32>(target + at, load<f32>(target + at) + load<f32>(source + at));
  }
}

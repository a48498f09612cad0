/** Indices: as numbers of slices, and as marks in rows. */

/** One axis of indices [count, rank]: flat[i] += indices[i, axis]·stride, where axis 0 starts from zero. */
export function flattenIndices(indices: usize, count: i32, rank: i32, axis: i32, stride: i32, flat: usize): void {
  let from = indices + (<usize>axis << 2);
  const step = <usize>rank << 2;
  for (let i = 0; i < count; i++) {
    const part = load<i32>(from) * stride;
    const sum = axis === 0 ? part : part + load<i32>(flat);
    store<i32>(flat, sum);
    from += step;
    flat += 4;
  }
}

/** Row i of `depth` numbers gets `value` at indices[i], if that is in the row. `kind` 0 writes floats, 1 integers, 2 bytes. */
export function markOnes(indices: usize, count: i32, depth: i32, target: usize, kind: i32, value: f64): void {
  for (let i = 0; i < count; i++) {
    const index = load<u32>(indices + (<usize>i << 2));
    if (index >= <u32>depth) continue;
    const at = <usize>i * depth + index;
    if (kind === 0) store<f32>(target + (at << 2), <f32>value);
    else if (kind === 1) store<i32>(target + (at << 2), <i32>value);
    else store<u8>(target + at, <u8>value);
  }
}

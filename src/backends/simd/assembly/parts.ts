/** The ends of arrays: one to three elements of four bytes, so that nothing outside them is touched. */

/** `count` elements and zeros. */
export function loadPart(address: usize, count: i32): v128 {
  let value = v128.load32_zero(address);
  if (count > 1) value = v128.load32_lane(address, value, 1, 4);
  if (count > 2) value = v128.load32_lane(address, value, 2, 8);
  return value;
}

export function storePart(address: usize, value: v128, count: i32): void {
  v128.store32_lane(address, value, 0);
  if (count > 1) v128.store32_lane(address, value, 1, 4);
  if (count > 2) v128.store32_lane(address, value, 2, 8);
}

/** `count` elements, where that is a constant 4 without asking. */
// @ts-ignore: decorator
@inline
export function loadUpTo4(address: usize, count: i32): v128 {
  return count === 4 ? v128.load(address) : loadPart(address, count);
}

// @ts-ignore: decorator
@inline
export function storeUpTo4(address: usize, value: v128, count: i32): void {
  if (count === 4) v128.store(address, value);
  else storePart(address, value, count);
}

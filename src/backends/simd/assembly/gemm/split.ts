/**
 * How a product is split into tasks: by its shape alone, so that the results' bits do not depend on
 * the number of threads. Where the product is small but K long, tasks share K: each but the first sums
 * into a matrix of its own, and these are added to C in order.
 */
import { parallelFor, threadScratch } from "../pool";
import { findPlainRows, multiply, ownProduct, packedAt, padded, Product, stepsOf } from "./blocks";
import { finishRow } from "./epilogue";
import { packPlainB } from "./gemm";

/** Multiply-adds worth a task: some 20 µs. */
const TASK_WORK: f64 = 500_000;
/** More tasks than this gain no balance. */
const MOST_TASKS: i32 = 64;
/** Rows that a block of B is read for at least, lest reading it costs more than multiplying. */
const LEAST_ROWS: i32 = 96;
const LEAST_COLUMNS: i32 = 64;

/** Where B is read in place: it is read by this many rows, and its own rows are this near. */
const MOST_ROWS_IN_PLACE: i32 = 128;
const MOST_BYTES_IN_PLACE: usize = 1024;

/** `count` of things in parts of at least `least`: at most `wanted` parts, an even number where several. */
function parts(count: i32, least: i32, wanted: i32): i32 {
  const most = min(wanted, count / least);
  if (most <= 1) return 1;
  return most < 4 ? most : (most + 3) & ~3;
}

/** Sets how many tasks share M, N and K. */
export function split(product: Product): void {
  const m = product.m, n = product.n, k = product.k;
  const work = <f64> m * <f64> padded(n) * <f64> k;
  const wanted = <i32> min<f64>(<f64> MOST_TASKS, work / TASK_WORK);
  product.tasksM = product.tasksN = product.tasksK = 1;
  if (wanted <= 1) return;
  product.tasksM = parts(m, LEAST_ROWS, wanted);
  product.tasksN = parts(n, LEAST_COLUMNS, wanted / product.tasksM);
  const sofar = product.tasksM * product.tasksN;
  if (sofar < 8 && k > 1024) {
    const blocks = (k + stepsOf(k) - 1) / stepsOf(k);
    product.tasksK = max(1, min(min(wanted, 16) / sofar, blocks / 2));
  }
}

/** The same for products of long K: tasks share K alone, and each packs its own part of A and B. */
export function splitSteps(product: Product): void {
  const blocks = (product.k + stepsOf(product.k) - 1) / stepsOf(product.k);
  split(product);
  const wanted = max(product.tasksM * product.tasksN * product.tasksK, 1);
  if (blocks < 8 || wanted < 4 || product.m * product.n > 600_000) return;
  product.tasksM = product.tasksN = 1;
  product.tasksK = min(12, blocks / 2) & ~3;
}

/** Begin of part `i` of `count` things in `shares` parts that are multiples of `unit`. */
// @ts-ignore: decorator
@inline
function begin(i: i32, count: i32, shares: i32, unit: i32): i32 {
  const units = (count + unit - 1) / unit;
  return min(count, <i32> (<i64> units * i / shares) * unit);
}

/** Bytes that `run` needs: for packed B and for partial sums. */
export function workspaceBytes(product: Product): usize {
  const partial = <usize> (product.tasksK - 1) * <usize> product.m * <usize> product.n;
  const packed = packsAhead(product) ? <usize> product.k * <usize> padded(product.n) : 0;
  return (partial + packed) << 2;
}

/** Whether B is packed once for all tasks: where several share its columns. */
function packsAhead(product: Product): bool {
  return product.tasksM > 1;
}

/** Whether packing B would cost more than reading it as it is stored does. */
function staysInPlace(product: Product): i32 {
  return i32(
    product.packB === packPlainB.index && product.packParts === 0 && product.tasksM === 1 &&
      (product.n & 7) === 0 && product.m <= MOST_ROWS_IN_PLACE && product.strideB <= MOST_BYTES_IN_PLACE,
  );
}

/** Computes a product that `split` has split, on all threads. Owner thread only. */
export function run(product: Product, workspace: usize): void {
  product.partials = workspace;
  product.packedB = 0;
  product.inPlaceB = staysInPlace(product);
  if (packsAhead(product)) {
    product.packedB = workspace + ((<usize> (product.tasksK - 1) * <usize> product.m * <usize> product.n) << 2);
    packAllB(product);
  }
  const args = changetype<usize>(product);
  parallelFor(multiplyTask.index, args, product.tasksM * product.tasksN * product.tasksK);
  if (product.tasksK > 1) parallelFor(addTask.index, args, addTasks(product));
}

/** Packs all of B to `packedB`, on all threads. */
function packAllB(product: Product): void {
  const values = product.k * padded(product.n);
  const args = changetype<usize>(product);
  parallelFor(packTask.index, args, values < 32_768 ? 1 : packTasks(product));
}

function packTasks(product: Product): i32 {
  const steps = stepsOf(product.k);
  return (product.k + steps - 1) / steps * packGroups(product);
}

/** Groups of at most 16 panels. */
function packGroups(product: Product): i32 {
  return (padded(product.n) + 127) / 128;
}

function packTask(args: usize, index: i32): void {
  const product = changetype<Product>(args);
  const steps = stepsOf(product.k), groups = packGroups(product);
  let first = index, last = index + 1;
  if (product.k * padded(product.n) < 32_768) last = packTasks(product);
  for (; first < last; first++) {
    const k = first / groups * steps, n = first % groups * 128;
    const count = min(steps, product.k - k);
    const to = packedAt(product, k, count, n);
    call_indirect<void>(product.packB, product, k, count, n, min(128, product.n - n), to);
  }
}

function multiplyTask(args: usize, index: i32): void {
  const product = changetype<Product>(args);
  const outer = product.tasksM * product.tasksN;
  const part = index / outer, place = index % outer;
  const i = place % product.tasksM, j = place / product.tasksM;
  const m0 = begin(i, product.m, product.tasksM, 6), m1 = begin(i + 1, product.m, product.tasksM, 6);
  const n0 = begin(j, product.n, product.tasksN, 8), n1 = begin(j + 1, product.n, product.tasksN, 8);
  const unit = stepsOf(product.k);
  const k0 = begin(part, product.k, product.tasksK, unit), k1 = begin(part + 1, product.k, product.tasksK, unit);
  const whole = product.tasksK === 1;
  const accumulate = product.accumulate !== 0;
  if (part === 0) multiply(product, m0, m1, n0, n1, k0, k1, accumulate, product.tasksK === 1);
  else multiply(partial(product, part), m0, m1, n0, n1, k0, k1, false, false);
}

/** The product, but into the matrix of partial sums of part 1 or later. */
function partial(product: Product, part: i32): Product {
  const own = ownProduct();
  memory.copy(changetype<usize>(own), changetype<usize>(product), offsetof<Product>());
  own.strideC = <usize> product.n << 2;
  own.c = product.partials + <usize> (part - 1) * <usize> product.m * own.strideC;
  own.findRows = findPlainRows.index;
  return own;
}

function addTasks(product: Product): i32 {
  return min(16, max(1, product.m * product.n / 16_384));
}

/** Adds the partial sums of some rows to C, in order, and finishes them. */
function addTask(args: usize, index: i32): void {
  const product = changetype<Product>(args);
  const tasks = addTasks(product), table = threadScratch();
  const bytes = <usize> product.n << 2, matrix = bytes * <usize> product.m;
  const last = begin(index + 1, product.m, tasks, 1);
  for (let m = begin(index, product.m, tasks, 1); m < last; m++) {
    call_indirect<void>(product.findRows, product, m, 1, table);
    const row = <usize> load<u32>(table);
    let from = product.partials + <usize> m * bytes;
    for (let part = 1; part < product.tasksK; part++) {
      addRow(row, from, product.n);
      from += matrix;
    }
    finishRow(row, product.n, product.bias, product.activation, product.alpha, product.slopes);
  }
}

function addRow(to: usize, from: usize, count: i32): void {
  let i: usize = 0;
  for (const end = <usize> (count & ~3) << 2; i < end; i += 16) {
    v128.store(to + i, f32x4.add(v128.load(to + i), v128.load(from + i)));
  }
  for (const end = <usize> count << 2; i < end; i += 4) {
    store<f32>(to + i, load<f32>(to + i) + load<f32>(from + i));
  }
}

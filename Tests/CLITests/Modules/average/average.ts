// What a compiler that writes source maps and no DWARF is given: AssemblyScript's way to write a program.
// average.wat is what such a compiler makes of it, each instruction with the place that it comes from.

function sum(from: i32, to: i32): i32 {
  let total = 0;
  for (let value = from; value < to; value++) {
    total += value;
  }
  return total;
}

function average(from: i32, to: i32): i32 {
  return sum(from, to) / (to - from);
}

export function _start(): void {
  average(10, 20);
  average(7, 7);
}
